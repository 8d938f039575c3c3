internal import EligibilityCore

/// The life of a protocol version: a draft is written, approved by somebody else, and at last superseded.
extension ConfigurationChange {
  mutating func createVersion(
    _ draft: ConfigurationMutation.VersionDraft, _ definitions: some DefinitionReading
  ) throws(ConfigurationRefusal) -> Held<VersionRecord> {
    var faults = headerFaults(etagField: nil)
    let trial = Self.trialID(draft.parent, &faults)
    let identity = draft.definition.map { definitions.identity(of: $0) ?? ("", "") }
    let id = draft.id.isEmpty ? identity?.version ?? "" : draft.id
    faults += Self.textFaults(draft.notes, "version.notes", limit: 10_000)
    faults += Self.idFaults(id, "version_id")
    if let identity {
      faults += Self.identityFaults(identity, trial: trial, version: id)
    } else if draft.baseVersion.isEmpty {
      faults.append(
        FieldFault("version.definition", "REQUIRED", "give a definition or a base_version"))
    }
    if !draft.baseVersion.isEmpty {
      faults += Self.idFaults(draft.baseVersion, "version.base_version")
    }
    try Self.refuse(faults)
    _ = try state.find(draft.parent, in: state.trials)
    var definition = draft.definition
    if !draft.baseVersion.isEmpty {
      let base = try state.find(
        ResourceName.version(trial, draft.baseVersion), in: state.versions)
      if definition == nil {
        definition = definitions.renamed(base.resource.definition, version: id)
      }
    }
    if state.versions[ResourceName.version(trial, id)] != nil { throw .exists(.version) }
    var version = VersionRecord(
      trial: trial, id: id, definition: definition ?? [], author: principal, time: time)
    version.baseVersion = draft.baseVersion
    version.notes = draft.notes
    return put(version, in: \.versions)
  }

  mutating func updateVersion(
    _ name: String, _ definition: [UInt8]?, _ notes: String, _ mask: [String],
    _ definitions: some DefinitionReading
  ) throws(ConfigurationRefusal) -> Held<VersionRecord> {
    var faults =
      headerFaults(etagField: "version.etag") + Self.nameFaults(name, "version.name", .version)
      + Self.textFaults(notes, "version.notes", limit: 10_000)
    let prefix = "definition."
    let parts = mask.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
    let partsAreKnown = parts.allSatisfy { definitions.hasField($0) }
    // A part of the definition is chosen as the definition is, once it is known to exist.
    let fields = Self.selected(
      mask.map { partsAreKnown && $0.hasPrefix(prefix) ? "definition" : $0 },
      [("definition", definition != nil), ("notes", !notes.isEmpty)], &faults)
    if fields.contains("definition"), definition == nil {
      faults.append(FieldFault("version.definition", "REQUIRED", "give the definition"))
    }
    try Self.refuse(faults)
    let held = try state.find(name, in: state.versions)
    var version = held.resource
    if fields.contains("definition"), let definition {
      let whole = mask.isEmpty || mask == ["*"] || mask.contains("definition")
      version.definition =
        whole
        ? definition
        : definitions.replacing(parts, of: version.definition, from: definition) ?? definition
      let identity = definitions.identity(of: version.definition) ?? ("", "")
      try Self.refuse(
        Self.identityFaults(identity, trial: version.trial, version: version.id))
    }
    try checkEtag(held)
    guard version.state == .draft else { throw Self.notDraft }
    if fields.contains("notes") { version.notes = notes }
    if !version.authors.contains(principal) { version.authors.append(principal) }
    version.updateTime = time
    return put(version, in: \.versions)
  }

  mutating func approveVersion(
    _ name: String, _ definitions: some DefinitionReading
  ) throws(ConfigurationRefusal) -> Held<VersionRecord> {
    try Self.refuse(
      headerFaults(etagField: "etag") + Self.nameFaults(name, "name", .version))
    let held = try state.find(name, in: state.versions)
    try checkEtag(held)
    guard held.resource.state == .draft else { throw Self.notDraft }
    guard !held.resource.authors.contains(principal) else {
      throw ConfigurationRefusal(
        .selfApproval, "who wrote a version does not approve it; ask another principal")
    }
    return try freeze(held.resource, definitions)
  }

  /// Compiles and reviews a draft and makes it immutable; its cohorts come to be where they are new.
  mutating func freeze(
    _ draft: VersionRecord, _ definitions: some DefinitionReading
  ) throws(ConfigurationRefusal) -> Held<VersionRecord> {
    let digest = hash(draft.definition)
    let program: CompiledProtocol
    do throws(ConfigurationRefusal) {
      program = try definitions.compile(draft.definition, digest: digest)
    } catch {
      throw ConfigurationRefusal(
        .definitionInvalid, error.message,
        faults: error.faults.map {
          FieldFault("version.definition.\($0.field)", $0.reason, $0.remedy)
        })
    }
    let unnameable = program.cohorts.indices.filter {
      !ResourceName.isID(program.cohorts[$0].id)
    }
    if !unnameable.isEmpty {
      throw ConfigurationRefusal(
        .definitionInvalid, "",
        faults: unnameable.flatMap {
          Self.idFaults(program.cohorts[$0].id, "version.definition.cohorts[\($0)].id")
        })
    }
    for cohort in program.cohorts
    where state.cohorts[ResourceName.cohort(draft.trial, cohort.id)] == nil {
      put(CohortRecord(trial: draft.trial, id: cohort.id, time: time), in: \.cohorts)
    }
    var version = draft
    version.state = .approved
    version.definitionDigest = digest
    version.approver = principal
    version.approveTime = time
    version.updateTime = time
    version.findings = program.review().findings.map(VersionRecord.Finding.init)
    return put(version, in: \.versions)
  }

  mutating func supersedeVersion(
    _ name: String, by other: String
  ) throws(ConfigurationRefusal) -> Held<VersionRecord> {
    var faults = headerFaults(etagField: "etag") + Self.nameFaults(name, "name", .version)
    faults += Self.idFaults(other, "superseded_by")
    try Self.refuse(faults)
    let held = try state.find(name, in: state.versions)
    var version = held.resource
    let successor = try state.find(
      ResourceName.version(version.trial, other), in: state.versions)
    try checkEtag(held)
    guard version.state == .approved, successor.resource.state == .approved,
      successor.resource.id != version.id
    else {
      throw ConfigurationRefusal(
        .versionNotApproved, "one approved version is superseded by another approved one")
    }
    if Timeline(state, trial: version.trial).lastVersions.contains(version.id) {
      throw ConfigurationRefusal(
        .versionInForce,
        "the version is in force without an end; activate another one first")
    }
    version.state = .superseded
    version.supersededBy = other
    version.updateTime = time
    return put(version, in: \.versions)
  }

  // MARK: Refusals

  private static var notDraft: ConfigurationRefusal {
    ConfigurationRefusal(
      .versionNotDraft, "only a draft is changed or approved; create a version from this one")
  }

  private static func identityFaults(
    _ identity: (trial: String, version: String), trial: String, version: String
  ) -> [FieldFault] {
    var faults: [FieldFault] = []
    if identity.trial != trial {
      faults.append(
        FieldFault("version.definition.trial", "NAME_DIFFERS", "give the id of the trial"))
    }
    if identity.version != version {
      faults.append(
        FieldFault("version.definition.version", "NAME_DIFFERS", "give the id of the version"))
    }
    return faults
  }
}
