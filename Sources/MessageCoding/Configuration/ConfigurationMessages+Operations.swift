internal import CProtobufC
internal import CTrialGateProto
internal import CohortConfiguration
internal import EligibilityCore

/// Requests that change trials, sites, activations and cohorts.
extension ConfigurationMessages {
  static func readOperation(
    _ bytes: UnsafeRawBufferPointer, _ method: ConfigurationMethod
  ) throws(DecodingFailure<FormError>) -> Reading {
    switch method {
    case .createTrial:
      try decode(
        bytes, Trialgate__V1__CreateTrialRequest(), trialgate__v1__create_trial_request__init,
        { $0.base }
      ) {
        .mutation(
          $0.header(nil, $1.reason, $1.request_id, $1.validate_only),
          .createTrial(
            id: $0.text($1.trial_id), displayName: $0.text($1.trial?.pointee.display_name)))
      }
    case .updateTrial:
      try decode(
        bytes, Trialgate__V1__UpdateTrialRequest(), trialgate__v1__update_trial_request__init,
        { $0.base }
      ) { $0.update($1) }
    case .createSite:
      try decode(
        bytes, Trialgate__V1__CreateSiteRequest(), trialgate__v1__create_site_request__init,
        { $0.base }
      ) {
        .mutation(
          $0.header(nil, $1.reason, $1.request_id, $1.validate_only),
          .createSite(
            parent: $0.text($1.parent), id: $0.text($1.site_id),
            displayName: $0.text($1.site?.pointee.display_name)))
      }
    case .updateSite:
      try decode(
        bytes, Trialgate__V1__UpdateSiteRequest(), trialgate__v1__update_site_request__init,
        { $0.base }
      ) { $0.update($1) }
    case .createSiteRevision:
      try decode(
        bytes, Trialgate__V1__CreateSiteRevisionRequest(),
        trialgate__v1__create_site_revision_request__init, { $0.base }
      ) { $0.creation($1) }
    case .createActivation:
      try decode(
        bytes, Trialgate__V1__CreateActivationRequest(),
        trialgate__v1__create_activation_request__init, { $0.base }
      ) { $0.creation($1) }
    default:
      try decode(
        bytes, Trialgate__V1__UpdateCohortRequest(), trialgate__v1__update_cohort_request__init,
        { $0.base }
      ) { $0.update($1) }
    }
  }
}

extension FormReader {
  fileprivate mutating func update(
    _ message: Trialgate__V1__UpdateTrialRequest
  ) -> ConfigurationRequest? {
    let trial = message.trial?.pointee
    if trial == nil { report("trial", "REQUIRED", "give the trial with its name and etag") }
    return .mutation(
      header(trial?.etag, message.reason, message.request_id, message.validate_only),
      .updateTrial(
        name: text(trial?.name), displayName: text(trial?.display_name),
        mask: texts(message.update_mask, message.n_update_mask)))
  }

  fileprivate mutating func update(
    _ message: Trialgate__V1__UpdateSiteRequest
  ) -> ConfigurationRequest? {
    let site = message.site?.pointee
    if site == nil { report("site", "REQUIRED", "give the site with its name and etag") }
    let state = site.flatMap { site in
      within("site") {
        $0.value(site.state.rawValue, EnumTables.operationalStates, "state")
      }
    }
    return .mutation(
      header(site?.etag, message.reason, message.request_id, message.validate_only),
      .updateSite(
        name: text(site?.name), state: state, displayName: text(site?.display_name),
        mask: texts(message.update_mask, message.n_update_mask)))
  }

  fileprivate mutating func update(
    _ message: Trialgate__V1__UpdateCohortRequest
  ) -> ConfigurationRequest? {
    let cohort = message.cohort?.pointee
    if cohort == nil { report("cohort", "REQUIRED", "give the cohort with its name and etag") }
    let state = cohort.flatMap { cohort in
      within("cohort") {
        $0.value(cohort.state.rawValue, EnumTables.operationalStates, "state")
      }
    }
    return .mutation(
      header(cohort?.etag, message.reason, message.request_id, message.validate_only),
      .updateCohort(
        name: text(cohort?.name), state: state, enrolled: cohort?.enrolled ?? 0,
        cap: cohort?.cap ?? 0, mask: texts(message.update_mask, message.n_update_mask)))
  }

  fileprivate mutating func creation(
    _ message: Trialgate__V1__CreateActivationRequest
  ) -> ConfigurationRequest? {
    let activation = message.activation?.pointee
    if activation == nil { report("activation", "REQUIRED", "say which version is to be active") }
    let from = activation.flatMap { activation in
      within("activation") { $0.date(activation.effective_from, "effective_from") }
    }
    return .mutation(
      header(nil, message.reason, message.request_id, message.validate_only),
      .createActivation(
        ConfigurationMutation.ActivationDraft(
          parent: text(message.parent), id: text(message.activation_id),
          version: text(activation?.version), site: text(activation?.site), effectiveFrom: from,
          replaces: text(activation?.replaces))))
  }

  fileprivate mutating func creation(
    _ message: Trialgate__V1__CreateSiteRevisionRequest
  ) -> ConfigurationRequest? {
    let header = header(nil, message.reason, message.request_id, message.validate_only)
    let id = text(message.revision_id)
    var content = SiteRevision(
      id: id, effectiveFrom: nil, timeZone: .utc, consentVersion: nil)
    if let revision = message.site_revision?.pointee {
      content = within("site_revision") { $0.siteRevision(revision, id: id) }
    } else {
      report("site_revision", "REQUIRED", "give what is in force")
    }
    return .mutation(
      header, .createSiteRevision(parent: text(message.parent), content: content))
  }

  /// How many rows and transitions a revision has at most.
  private static let maximumRows = 1_000

  mutating func siteRevision(
    _ message: Trialgate__V1__SiteRevision, id: String
  ) -> SiteRevision {
    let from = date(message.effective_from, "effective_from")
    var zone = TimeZoneTable.utc
    if let given = message.time_zone?.pointee {
      zone = within("time_zone") { $0.timeZone(given) }
    } else {
      report("time_zone", "REQUIRED", "give the site's offsets from UTC")
    }
    let consent = text(message.consent_version)
    if consent.utf8.count > Self.maximumIDLength {
      report("consent_version", "TOO_LONG", "use at most \(Self.maximumIDLength) bytes")
    }
    if message.n_upper_limits > Self.maximumRows {
      report("upper_limits", "TOO_MANY", "give at most \(Self.maximumRows) rows")
    }
    let rows = list(message.upper_limits, message.n_upper_limits, "upper_limits") {
      $0.upperLimit($1)
    }
    return SiteRevision(
      id: id, effectiveFrom: from, timeZone: zone, consentVersion: consent.isEmpty ? nil : consent,
      upperLimits: rows)
  }

  private mutating func timeZone(_ message: Trialgate__V1__TimeZone) -> TimeZoneTable {
    if message.n_transitions > Self.maximumRows {
      report("transitions", "TOO_MANY", "give at most \(Self.maximumRows) transitions")
    }
    let mark = violations.count
    let transitions = list(message.transitions, message.n_transitions, "transitions") {
      reader, transition -> TimeZoneTable.Transition? in
      if reader.isEmpty(transition.at) { reader.report("at", "REQUIRED", "give an instant") }
      guard let time = reader.time(transition.at, "at") else { return nil }
      guard time.precision == .instant else {
        reader.report("at", "TIME_IMPRECISE", "give an instant with an offset")
        return nil
      }
      return TimeZoneTable.Transition(
        at: time.instants(in: .utc).earliest, offsetSeconds: Int(transition.offset_seconds))
    }
    if let table = TimeZoneTable(
      initialOffsetSeconds: Int(message.initial_offset_seconds), transitions: transitions)
    {
      return table
    }
    if violations.count == mark {
      report(
        "", "TIME_ZONE_MALFORMED",
        "offsets are at most 64800 seconds either way, and transitions in ascending order")
    }
    return .utc
  }

  private mutating func upperLimit(
    _ message: Trialgate__V1__SiteUpperLimit
  ) -> SiteContext.UpperLimit? {
    let concept = text(message.concept)
    if concept.isEmpty { report("concept", "REQUIRED", "give the id of a concept") }
    let sex = value(message.sex.rawValue, EnumTables.sexes, "sex")
    let ages = [
      (message.from_age, "from_age"), (message.to_age, "to_age"),
    ].map { bound, field -> Int? in
      guard let years = bound?.pointee.completed_years else { return nil }
      if years > 150 { report("\(field).completed_years", "OUT_OF_RANGE", "use at most 150 years") }
      return Int(years)
    }
    if let from = ages[0], let to = ages[1], from > to {
      report("to_age", "OUT_OF_RANGE", "the last age comes before the first")
    }
    if message.limit == nil { report("limit", "REQUIRED", "give the upper limit of normal") }
    guard let limit = quantity(message.limit, "limit") else { return nil }
    if limit.comparator != .exact {
      report("limit.comparator", "COMPARATOR_GIVEN", "a limit has no comparator")
    }
    if limit.unit.isEmpty { report("limit.unit", "REQUIRED", "give the unit") }
    return SiteContext.UpperLimit(
      concept: concept, sex: sex, fromAge: ages[0], toAge: ages[1], limit: limit)
  }
}
