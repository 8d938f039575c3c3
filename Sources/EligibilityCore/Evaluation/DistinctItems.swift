/// Items in the order in which they came, each once. Few are looked through one by one; where there are many, a
/// table finds them, so that nobody can make the search long.
struct DistinctItems<Item: Hashable> {
  private(set) var items: [Item] = []
  private var places: [Item: Int] = [:]

  /// Items that are looked through one by one.
  private static var few: Int { 32 }

  /// The place of an item, which is added where it is new.
  mutating func place(of item: Item) -> Int {
    if items.count <= Self.few {
      for index in items.indices where items[index] == item { return index }
    } else if let known = places[item] {
      return known
    }
    items.append(item)
    if items.count == Self.few + 1 {
      for (index, item) in items.enumerated() { places[item] = index }
    } else if items.count > Self.few {
      places[item] = items.count - 1
    }
    return items.count - 1
  }
}
