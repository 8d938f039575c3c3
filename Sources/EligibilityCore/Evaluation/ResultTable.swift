/// What the nodes of a run came to, as far as they were looked at. Most have nothing to say about why, so that
/// grounds are held apart.
struct ResultTable {
  /// What a node came to, and what there is to say about why.
  struct Entry {
    fileprivate(set) var state = NodeState.notApplicable
    /// Whether the node was looked at.
    fileprivate(set) var isKnown = false
    fileprivate(set) var isReported = false
    /// Whether there are reasons, or more than is listed.
    fileprivate(set) var hasReasons = false
    fileprivate(set) var hasFacts = false
    fileprivate(set) var hasTurns = false
    /// Place of its grounds; -1 = it has none.
    fileprivate var grounds: Int32 = -1
  }

  private var entries: [Entry]
  private var grounds: [Grounds] = []

  /// Nothing of so many nodes.
  init(count: Int) {
    entries = [Entry](repeating: Entry(), count: count)
    grounds.reserveCapacity(count / 2)
  }

  var count: Int { entries.count }

  func entry(of index: Int) -> Entry { entries[index] }

  /// What a node came to; nil = it was not looked at.
  func state(of index: Int) -> NodeState? {
    let entry = entries[index]
    return entry.isKnown ? entry.state : nil
  }

  /// Why a node is what it is; nil where there is nothing to say.
  func grounds(of entry: Entry) -> Grounds? {
    entry.grounds < 0 ? nil : grounds[Int(entry.grounds)]
  }

  /// The result of a node; nil = it was not looked at.
  func result(of index: Int) -> NodeResult? {
    let entry = entries[index]
    return entry.isKnown ? NodeResult(entry.state, grounds(of: entry)) : nil
  }

  /// Remembers the result of a node that was not looked at before.
  mutating func enter(_ result: NodeResult, of index: Int, isReported: Bool) {
    var entry = Entry()
    entry.state = result.state
    entry.isKnown = true
    entry.isReported = isReported
    if let known = result.grounds {
      entry.hasReasons = !known.reasons.isEmpty || known.isCut
      entry.hasFacts = known.hasFacts
      entry.hasTurns = known.turns != nil
      entry.grounds = Int32(truncatingIfNeeded: grounds.count)
      grounds.append(known)
    }
    entries[index] = entry
  }
}
