/// A page of a list.
public struct ResourcePage: Sendable, Hashable {
  /// The resources.
  public var results: [ConfigurationResult]
  /// Behind what the next page begins, encoded; nil = this is the last page.
  public var next: [UInt8]?
}

extension ConfigurationState {
  /// How many resources a page has that says nothing of it.
  public static let defaultPageSize = 50
  /// How many at most.
  public static let maximumPageSize = 1_000

  /// The size of a page that a client asks for.
  ///
  /// - Throws: the fault of a negative one.
  public static func pageSize(_ given: Int) throws(ConfigurationRefusal) -> Int {
    if given < 0 {
      throw ConfigurationRefusal([
        FieldFault("page_size", "OUT_OF_RANGE", "use 0 for the default, or a number above it")
      ])
    }
    return given == 0 ? defaultPageSize : min(given, maximumPageSize)
  }

  /// A resource by its name.
  ///
  /// - Throws: the fault of a name of another form, or NOT_FOUND.
  public func get(_ kind: ResourceKind, name: String) throws(ConfigurationRefusal)
    -> ConfigurationResult
  {
    try ConfigurationChange.refuse(ConfigurationChange.nameFaults(name, "name", kind))
    switch kind {
    case .trial: return .trial(try find(name, in: trials))
    case .version: return .version(try find(name, in: versions))
    case .site: return .site(try find(name, in: sites))
    case .siteRevision: return .siteRevision(try find(name, in: siteRevisions))
    case .activation:
      let held = try find(name, in: activations)
      return .activation(held, replacedBy: replacement(of: held.resource))
    case .cohort: return .cohort(try find(name, in: cohorts))
    }
  }

  /// Every resource: trials first, then what belongs to them, each kind by name.
  public var everything: [ConfigurationResult] {
    let names: [(ResourceKind, [String])] = [
      (.trial, trials.keys.sorted()), (.version, versions.keys.sorted()),
      (.site, sites.keys.sorted()), (.siteRevision, siteRevisions.keys.sorted()),
      (.activation, activations.keys.sorted()), (.cohort, cohorts.keys.sorted()),
    ]
    return names.flatMap { kind, names in names.compactMap { try? get(kind, name: $0) } }
  }

  /// The resources that an entry changed, as it left them; without those that have changed again since.
  public func changed(by entry: AuditEntry) -> [ConfigurationResult] {
    entry.changes.compactMap { change in
      guard let result = try? get(change.key.kind, name: change.key.name),
        result.revision == change.revision
      else { return nil }
      return result
    }
  }

  /// A page of a list.
  ///
  /// - Parameters:
  ///   - kind: what is listed.
  ///   - query: which page of which list; the token was opened already.
  ///   - place: behind what the page begins: `ResourcePage.next` of the one before; nil = at the beginning.
  /// - Throws: every fault of the query at once, or NOT_FOUND for its parent.
  public func page(
    _ kind: ResourceKind, _ query: ListQuery, after place: [UInt8]?
  ) throws(ConfigurationRefusal) -> ResourcePage {
    let fields = ConfigurationResult.listFields(of: kind)
    var faults: [FieldFault] = []
    func checked<Value>(_ make: () throws(ConfigurationRefusal) -> Value) -> Value? {
      do throws(ConfigurationRefusal) {
        return try make()
      } catch {
        faults += error.faults
        return nil
      }
    }
    let size = checked { () throws(ConfigurationRefusal) in try Self.pageSize(query.pageSize) }
    let filter = checked { () throws(ConfigurationRefusal) in
      try ListFilter(query.filter, fields: fields, numbers: ["enrolled", "cap"])
    }
    let order = checked { () throws(ConfigurationRefusal) in
      try ListOrder(query.orderBy, fields: fields)
    }
    if kind != .trial,
      ResourceName.ids(query.parent, Array(kind.collections.dropLast())) == nil
    {
      faults.append(FieldFault("parent", "NAME_MALFORMED", "write it as \(kind.parentPattern)"))
    }
    guard let size, let filter, let order, faults.isEmpty else {
      throw ConfigurationRefusal(faults)
    }
    let begin = place.flatMap { Self.key($0, terms: order.terms.count) }
    var found = try children(kind, of: query.parent).filter { filter.holds($0.listValue) }
      .map { (result: $0, key: order.key(of: $0)) }
      .filter { item in begin.map { order.precedes($0, item.key) } ?? true }
    found.sort { order.precedes($0.key, $1.key) }
    let page = found.prefix(size)
    return ResourcePage(
      results: page.map(\.result),
      next: found.count > size ? page.last.map { Self.encoded($0.key) } : nil)
  }

  private func children(
    _ kind: ResourceKind, of parent: String
  ) throws(ConfigurationRefusal) -> [ConfigurationResult] {
    let prefix = "\(parent)/\(kind.collections.last ?? "")/"
    switch kind {
    case .trial: return trials.values.map { .trial($0) }
    case .siteRevision: _ = try find(parent, in: sites)
    case .version, .site, .activation, .cohort: _ = try find(parent, in: trials)
    }
    func below<Resource>(_ table: [String: Held<Resource>]) -> [Held<Resource>] {
      table.values.filter { $0.resource.name.hasPrefix(prefix) }
    }
    switch kind {
    case .trial: return []
    case .version: return below(versions).map { .version($0) }
    case .site: return below(sites).map { .site($0) }
    case .siteRevision: return below(siteRevisions).map { .siteRevision($0) }
    case .activation:
      let held = below(activations)
      let replacements = Dictionary(
        held.map { ($0.resource.replaces, $0.resource.id) }, uniquingKeysWith: { first, _ in first }
      )
      return held.map { .activation($0, replacedBy: replacements[$0.resource.id] ?? "") }
    case .cohort: return below(cohorts).map { .cohort($0) }
    }
  }

  // MARK: The place of a page

  private static func encoded(_ key: [ListValue]) -> [UInt8] {
    var writer = PayloadWriter("place 1")
    for value in key {
      writer.group(1) {
        switch value {
        case .text(let text): $0.text(1, text)
        case .number(let number): $0.integer(2, number)
        case .texts(let texts): for text in texts { $0.group(3) { $0.text(1, text) } }
        }
      }
    }
    return writer.bytes
  }

  private static func key(_ place: [UInt8], terms: Int) -> [ListValue]? {
    guard let fields = PayloadFields(place, "place 1") else { return nil }
    let values = fields.groups(1).map { group -> ListValue in
      if let number = group.integer(2) { return .number(number) }
      let texts = group.groups(3)
      return texts.isEmpty ? .text(group.text(1)) : .texts(texts.map { $0.text(1) })
    }
    return values.count == terms + 1 ? values : nil
  }
}
