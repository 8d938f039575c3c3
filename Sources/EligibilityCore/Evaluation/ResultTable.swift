/// What the nodes of a run came to, as far as they were looked at. Most have nothing to say about why, so that
/// grounds are held apart.
struct ResultTable {
  private struct Entry {
    var state = NodeState.notApplicable
    var isKnown = false
    /// Place of its grounds; -1 = it has none.
    var grounds: Int32 = -1
  }

  private var entries: [Entry]
  private var grounds: [[Grounds]] = []

  /// Nothing of so many nodes.
  init(count: Int) {
    entries = [Entry](repeating: Entry(), count: count)
  }

  var count: Int { entries.count }

  /// What a node came to; nil = it was not looked at.
  func state(of index: Int) -> NodeState? { entries[index].isKnown ? entries[index].state : nil }

  /// Whether a node was looked at, and nothing is said about why it is what it is.
  func isBare(_ index: Int) -> Bool { entries[index].isKnown && entries[index].grounds < 0 }

  /// The result of a node; nil = it was not looked at.
  func result(of index: Int) -> NodeResult? {
    let entry = entries[index]
    guard entry.isKnown else { return nil }
    return NodeResult(entry.state, entry.grounds < 0 ? [] : grounds[Int(entry.grounds)])
  }

  /// Remembers the result of a node that was not looked at before.
  mutating func enter(_ result: NodeResult, of index: Int) {
    entries[index].state = result.state
    entries[index].isKnown = true
    if result.isBare { return }
    entries[index].grounds = Int32(truncatingIfNeeded: grounds.count)
    grounds.append(result.grounds)
  }
}
