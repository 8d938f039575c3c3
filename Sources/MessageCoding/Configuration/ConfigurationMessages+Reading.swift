internal import CProtobufC
internal import CTrialGateProto
internal import CohortConfiguration

/// Requests that read one resource.
extension ConfigurationMessages {
  static func readOne(
    _ bytes: UnsafeRawBufferPointer, _ method: ConfigurationMethod
  ) throws(DecodingFailure<FormError>) -> Reading {
    switch method {
    case .getTrial:
      try decode(
        bytes, Trialgate__V1__GetTrialRequest(), trialgate__v1__get_trial_request__init, { $0.base }
      ) { $0.get(.trial, $1.name) }
    case .getProtocolVersion:
      try decode(
        bytes, Trialgate__V1__GetProtocolVersionRequest(),
        trialgate__v1__get_protocol_version_request__init, { $0.base }
      ) { $0.get(.version, $1.name) }
    case .getSite:
      try decode(
        bytes, Trialgate__V1__GetSiteRequest(), trialgate__v1__get_site_request__init, { $0.base }
      ) { $0.get(.site, $1.name) }
    case .getSiteRevision:
      try decode(
        bytes, Trialgate__V1__GetSiteRevisionRequest(),
        trialgate__v1__get_site_revision_request__init, { $0.base }
      ) { $0.get(.siteRevision, $1.name) }
    case .getActivation:
      try decode(
        bytes, Trialgate__V1__GetActivationRequest(), trialgate__v1__get_activation_request__init,
        { $0.base }
      ) { $0.get(.activation, $1.name) }
    case .validateProtocolVersion:
      try decode(
        bytes, Trialgate__V1__ValidateProtocolVersionRequest(),
        trialgate__v1__validate_protocol_version_request__init, { $0.base }
      ) { $0.validation($1) }
    case .compareVersions:
      try decode(
        bytes, Trialgate__V1__CompareVersionsRequest(),
        trialgate__v1__compare_versions_request__init, { $0.base }
      ) { .compare(before: $0.text($1.before), after: $0.text($1.after)) }
    case .watchConfiguration:
      try decode(
        bytes, Trialgate__V1__WatchConfigurationRequest(),
        trialgate__v1__watch_configuration_request__init, { $0.base }
      ) { $0.watch($1) }
    default:
      try decode(
        bytes, Trialgate__V1__GetCohortRequest(), trialgate__v1__get_cohort_request__init,
        { $0.base }
      ) { $0.get(.cohort, $1.name) }
    }
  }

  /// Requests for pages.
  static func readList(
    _ bytes: UnsafeRawBufferPointer, _ method: ConfigurationMethod
  ) throws(DecodingFailure<FormError>) -> Reading {
    switch method {
    case .listTrials:
      try decode(
        bytes, Trialgate__V1__ListTrialsRequest(), trialgate__v1__list_trials_request__init,
        { $0.base }
      ) {
        .list(
          .trial,
          $0.query(
            nil, $1.page_size, $1.page_token, $1.filter, $1.order_by))
      }
    case .listProtocolVersions:
      try decode(
        bytes, Trialgate__V1__ListProtocolVersionsRequest(),
        trialgate__v1__list_protocol_versions_request__init, { $0.base }
      ) {
        .list(
          .version,
          $0.query(
            $1.parent, $1.page_size, $1.page_token, $1.filter, $1.order_by))
      }
    case .listSites:
      try decode(
        bytes, Trialgate__V1__ListSitesRequest(), trialgate__v1__list_sites_request__init,
        { $0.base }
      ) {
        .list(
          .site,
          $0.query(
            $1.parent, $1.page_size, $1.page_token, $1.filter, $1.order_by))
      }
    case .listSiteRevisions:
      try decode(
        bytes, Trialgate__V1__ListSiteRevisionsRequest(),
        trialgate__v1__list_site_revisions_request__init, { $0.base }
      ) {
        .list(
          .siteRevision,
          $0.query(
            $1.parent, $1.page_size, $1.page_token, $1.filter, $1.order_by))
      }
    case .listActivations:
      try decode(
        bytes, Trialgate__V1__ListActivationsRequest(),
        trialgate__v1__list_activations_request__init, { $0.base }
      ) {
        .list(
          .activation,
          $0.query(
            $1.parent, $1.page_size, $1.page_token, $1.filter, $1.order_by))
      }
    case .listCohorts:
      try decode(
        bytes, Trialgate__V1__ListCohortsRequest(), trialgate__v1__list_cohorts_request__init,
        { $0.base }
      ) {
        .list(
          .cohort,
          $0.query(
            $1.parent, $1.page_size, $1.page_token, $1.filter, $1.order_by))
      }
    case .listAuditEntries:
      try decode(
        bytes, Trialgate__V1__ListAuditEntriesRequest(),
        trialgate__v1__list_audit_entries_request__init,
        { $0.base }
      ) { .listAudit($0.query(nil, $1.page_size, $1.page_token, $1.filter, nil)) }
    default:
      try decode(
        bytes, Trialgate__V1__ExportAuditEntriesRequest(),
        trialgate__v1__export_audit_entries_request__init, { $0.base }
      ) { .exportAudit(filter: $0.text($1.filter)) }
    }
  }
}

extension FormReader {
  fileprivate func get(
    _ kind: ResourceKind, _ name: UnsafeMutablePointer<CChar>?
  ) -> ConfigurationRequest { .get(kind, name: text(name)) }

  fileprivate mutating func watch(
    _ message: Trialgate__V1__WatchConfigurationRequest
  ) -> ConfigurationRequest {
    let seconds = Int(message.heartbeat_seconds)
    if !(0...120).contains(seconds) {
      report("heartbeat_seconds", "OUT_OF_RANGE", "use 1 to 120, or 0 for 30")
    }
    return .watch(resumeToken: text(message.resume_token), heartbeatSeconds: seconds)
  }

  fileprivate func query(
    _ parent: UnsafeMutablePointer<CChar>?, _ pageSize: Int32,
    _ pageToken: UnsafeMutablePointer<CChar>?, _ filter: UnsafeMutablePointer<CChar>?,
    _ orderBy: UnsafeMutablePointer<CChar>?
  ) -> ListQuery {
    ListQuery(
      parent: text(parent), pageSize: Int(pageSize), pageToken: text(pageToken),
      filter: text(filter), orderBy: text(orderBy))
  }

  fileprivate mutating func validation(
    _ message: Trialgate__V1__ValidateProtocolVersionRequest
  ) -> ConfigurationRequest? {
    switch message.source_case {
    case TRIALGATE__V1__VALIDATE_PROTOCOL_VERSION_REQUEST__SOURCE_NAME:
      return .validateVersion(name: text(message.name))
    case TRIALGATE__V1__VALIDATE_PROTOCOL_VERSION_REQUEST__SOURCE_DEFINITION:
      return encodedDefinition(message.definition, "definition").map { .validateDefinition($0) }
    default:
      report("source", "REQUIRED", "give the name of a version or a definition")
      return nil
    }
  }
}
