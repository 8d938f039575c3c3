/// A field of a request whose value is wrong.
public struct FieldFault: Sendable, Hashable {
  /// Path in proto names.
  public var field: String
  /// Stable code: `REQUIRED`.
  public var reason: String
  /// What to do about it; it never holds the value.
  public var remedy: String

  /// Creates a fault.
  public init(_ field: String, _ reason: String, _ remedy: String) {
    self.field = field
    self.reason = reason
    self.remedy = remedy
  }
}

/// Why the configuration does not do what it was asked for.
public struct ConfigurationRefusal: Error, Sendable, Hashable {
  /// The situation. Its text is the stable code that clients see.
  public enum Situation: String, Sendable, Hashable, CaseIterable {
    case validationFailed = "VALIDATION_FAILED"
    case requestIDReused = "REQUEST_ID_REUSED"
    case trialNotFound = "TRIAL_NOT_FOUND"
    case versionNotFound = "PROTOCOL_VERSION_NOT_FOUND"
    case siteNotFound = "SITE_NOT_FOUND"
    case siteRevisionNotFound = "SITE_REVISION_NOT_FOUND"
    case activationNotFound = "ACTIVATION_NOT_FOUND"
    case cohortNotFound = "COHORT_NOT_FOUND"
    case trialExists = "TRIAL_EXISTS"
    case versionExists = "PROTOCOL_VERSION_EXISTS"
    case siteExists = "SITE_EXISTS"
    case siteRevisionExists = "SITE_REVISION_EXISTS"
    case activationExists = "ACTIVATION_EXISTS"
    case etagMismatch = "ETAG_MISMATCH"
    case versionNotDraft = "VERSION_NOT_DRAFT"
    case versionNotApproved = "VERSION_NOT_APPROVED"
    case definitionInvalid = "DEFINITION_INVALID"
    case selfApproval = "SELF_APPROVAL"
    case activationAmbiguous = "ACTIVATION_AMBIGUOUS"
    case siteRevisionAmbiguous = "SITE_REVISION_AMBIGUOUS"
    case versionInForce = "VERSION_IN_FORCE"
    case storeConflict = "STORE_CONFLICT"
    case storeReadOnly = "STORE_READ_ONLY"
    case storeUnavailable = "STORE_UNAVAILABLE"
    case storeCorrupt = "REVISION_HASH_MISMATCH"
    case overloaded = "OVERLOADED"
    case resumeTokenUnknown = "RESUME_TOKEN_UNKNOWN"
    case tooManyWatchers = "TOO_MANY_WATCHERS"
    case versionsUnrelated = "VERSIONS_UNRELATED"
    case credentialsRequired = "CREDENTIALS_REQUIRED"
    case credentialsInvalid = "CREDENTIALS_INVALID"
    case roleRequired = "ROLE_REQUIRED"
  }

  /// The situation.
  public var situation: Situation
  /// What is wrong and what to do, without values of the request.
  public var message: String
  /// The fields at fault.
  public var faults: [FieldFault]

  /// Creates a refusal.
  public init(_ situation: Situation, _ message: String, faults: [FieldFault] = []) {
    self.situation = situation
    self.message = message
    self.faults = faults
  }

  /// Refuses fields, all at once.
  public init(_ faults: [FieldFault]) {
    self.init(.validationFailed, "", faults: faults)
  }

  /// How a store's failure is told.
  public init(_ error: StoreError) {
    switch error {
    case .conflict: self.init(.storeConflict, error.description)
    case .readOnly: self.init(.storeReadOnly, error.description)
    case .corrupt: self.init(.storeCorrupt, error.description)
    case .unavailable, .uncertain, .newerSchema, .occupied:
      self.init(.storeUnavailable, error.description)
    }
  }

  static func notFound(_ kind: ResourceKind) -> ConfigurationRefusal {
    switch kind {
    case .trial: .init(.trialNotFound, "there is no such trial; ListTrials names them")
    case .version:
      .init(.versionNotFound, "the trial has no such version; ListProtocolVersions names them")
    case .site: .init(.siteNotFound, "the trial has no such site; ListSites names them")
    case .siteRevision:
      .init(.siteRevisionNotFound, "the site has no such revision; ListSiteRevisions names them")
    case .activation:
      .init(.activationNotFound, "the trial has no such activation; ListActivations names them")
    case .cohort: .init(.cohortNotFound, "the trial has no such cohort; ListCohorts names them")
    }
  }

  static func exists(_ kind: ResourceKind) -> ConfigurationRefusal {
    let situation: Situation =
      switch kind {
      case .trial: .trialExists
      case .version: .versionExists
      case .site: .siteExists
      case .siteRevision: .siteRevisionExists
      case .activation, .cohort: .activationExists
      }
    return .init(situation, "the id is taken; choose another")
  }
}
