internal import EligibilityCore

/// Sites, their revisions, and which version rules where.
extension ConfigurationChange {
  mutating func createSite(
    _ parent: String, _ id: String, _ displayName: String
  ) throws(ConfigurationRefusal) -> Held<SiteRecord> {
    var faults = headerFaults(etagField: nil)
    let trial = Self.trialID(parent, &faults)
    faults += Self.idFaults(id, "site_id") + Self.textFaults(displayName, "site.display_name")
    try Self.refuse(faults)
    _ = try state.find(parent, in: state.trials)
    if state.sites[ResourceName.site(trial, id)] != nil { throw .exists(.site) }
    return put(
      SiteRecord(trial: trial, id: id, displayName: displayName, time: time), in: \.sites)
  }

  mutating func updateSite(
    _ name: String, _ operational: OperationalState?, _ displayName: String, _ mask: [String]
  ) throws(ConfigurationRefusal) -> Held<SiteRecord> {
    var faults =
      headerFaults(etagField: "site.etag") + Self.nameFaults(name, "site.name", .site)
      + Self.textFaults(displayName, "site.display_name")
    let fields = Self.selected(
      mask, [("state", operational != nil), ("display_name", !displayName.isEmpty)], &faults)
    if fields.contains("state"), operational == nil {
      faults.append(FieldFault("site.state", "REQUIRED", "must be set, not unspecified"))
    }
    try Self.refuse(faults)
    let held = try state.find(name, in: state.sites)
    try checkEtag(held)
    var site = held.resource
    if fields.contains("state"), let operational { site.state = operational }
    if fields.contains("display_name") { site.displayName = displayName }
    site.updateTime = time
    return put(site, in: \.sites)
  }

  mutating func createSiteRevision(
    _ parent: String, _ content: SiteRevision
  ) throws(ConfigurationRefusal) -> Held<SiteRevisionRecord> {
    try Self.refuse(
      headerFaults(etagField: nil) + Self.nameFaults(parent, "parent", .site)
        + Self.idFaults(content.id, "revision_id"))
    let site = try state.find(parent, in: state.sites).resource
    let others = state.siteRevisions.values.map(\.resource).filter {
      $0.trial == site.trial && $0.site == site.id
    }
    if others.contains(where: { $0.content.id == content.id }) { throw .exists(.siteRevision) }
    if others.contains(where: { $0.content.effectiveFrom == content.effectiveFrom }) {
      throw ConfigurationRefusal(
        .siteRevisionAmbiguous,
        "the site has a revision of that first day, and revisions are never edited; "
          + "choose another day")
    }
    return put(
      SiteRevisionRecord(
        trial: site.trial, site: site.id, content: content, creator: principal, time: time,
        hash: hash),
      in: \.siteRevisions)
  }

  mutating func createActivation(
    _ draft: ConfigurationMutation.ActivationDraft
  ) throws(ConfigurationRefusal) -> Held<ActivationRecord> {
    var faults = headerFaults(etagField: nil)
    let trial = Self.trialID(draft.parent, &faults)
    faults += Self.idFaults(draft.version, "activation.version")
    let id = draft.id.isEmpty ? "a\(state.head.sequence + 1)" : draft.id
    faults += Self.idFaults(id, "activation_id")
    if !draft.site.isEmpty { faults += Self.idFaults(draft.site, "activation.site") }
    if !draft.replaces.isEmpty { faults += Self.idFaults(draft.replaces, "activation.replaces") }
    if draft.site == SiteRecord.unnamed {
      faults.append(
        FieldFault(
          "activation.site", "SITE_UNNAMED",
          "requests that name no site follow what holds for all sites; leave it empty"))
    }
    try Self.refuse(faults)
    _ = try state.find(draft.parent, in: state.trials)
    let version = try state.find(ResourceName.version(trial, draft.version), in: state.versions)
    if !draft.site.isEmpty {
      _ = try state.find(ResourceName.site(trial, draft.site), in: state.sites)
    }
    if !draft.replaces.isEmpty {
      _ = try state.find(ResourceName.activation(trial, draft.replaces), in: state.activations)
    }
    if state.activations[ResourceName.activation(trial, id)] != nil { throw .exists(.activation) }
    guard version.resource.state == .approved else {
      throw ConfigurationRefusal(
        .versionNotApproved, "only an approved version is activated; have it approved first")
    }
    // At most one of the same site and day stands, since each of them was told what it replaces.
    let standing = state.activations(of: trial).map(\.resource).first {
      $0.site == draft.site && $0.effectiveFrom == draft.effectiveFrom
        && state.replacement(of: $0).isEmpty
    }
    guard standing?.id ?? "" == draft.replaces else {
      throw ConfigurationRefusal(
        .activationAmbiguous,
        standing == nil
          ? "`replaces` names the activation of the same site and first day that stands; "
            + "there is none, so leave it empty"
          : "an activation of the same site and first day stands; choose another day, "
            + "or name it in `replaces`")
    }
    return put(
      ActivationRecord(
        trial: trial, id: id, version: draft.version, site: draft.site,
        effectiveFrom: draft.effectiveFrom, replaces: draft.replaces, creator: principal,
        time: time),
      in: \.activations)
  }
}
