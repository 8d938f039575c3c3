internal import CProtobufC
internal import CTrialGateProto
package import CohortConfiguration

/// Requests and answers of the configuration service as documents, for clients that show them to people.
package enum ConfigurationDocuments {
  /// The encoding of a request.
  ///
  /// - Throws: `DocumentError` with every fault of the document.
  package static func request(
    _ document: DocumentNode, of method: ConfigurationMethod
  ) throws(DocumentError) -> [UInt8] {
    let arena = Arena(limit: .max)
    let message = try ProtoJSONReader.read(document, as: requestType(method), in: arena)
    return withExtendedLifetime(arena) { WireMessage.encode(UnsafeRawPointer(message)) }
  }

  /// The ProtoJSON of an encoded answer; nil for bytes that are none.
  package static func answer(_ bytes: [UInt8], of method: ConfigurationMethod) -> String? {
    let type = answerType(method)
    let arena = Arena(limit: .max)
    defer { withExtendedLifetime(arena) {} }
    let message = bytes.withUnsafeBufferPointer { buffer in
      arena.withAllocator { protobuf_c_message_unpack(type, $0, buffer.count, buffer.baseAddress) }
    }
    guard let message else { return nil }
    return ProtoJSONWriter.write(UnsafeRawPointer(message), as: type)
  }

  private static func requestType(_ method: ConfigurationMethod) -> Descriptors.Message {
    switch method {
    case .getTrial:
      Descriptors.of(
        Trialgate__V1__GetTrialRequest(), trialgate__v1__get_trial_request__init
      ) { $0.base }
    case .listTrials:
      Descriptors.of(
        Trialgate__V1__ListTrialsRequest(), trialgate__v1__list_trials_request__init
      ) { $0.base }
    case .createTrial:
      Descriptors.of(
        Trialgate__V1__CreateTrialRequest(), trialgate__v1__create_trial_request__init
      ) { $0.base }
    case .updateTrial:
      Descriptors.of(
        Trialgate__V1__UpdateTrialRequest(), trialgate__v1__update_trial_request__init
      ) { $0.base }
    case .getProtocolVersion:
      Descriptors.of(
        Trialgate__V1__GetProtocolVersionRequest(),
        trialgate__v1__get_protocol_version_request__init
      ) { $0.base }
    case .listProtocolVersions:
      Descriptors.of(
        Trialgate__V1__ListProtocolVersionsRequest(),
        trialgate__v1__list_protocol_versions_request__init
      ) { $0.base }
    case .createProtocolVersion:
      Descriptors.of(
        Trialgate__V1__CreateProtocolVersionRequest(),
        trialgate__v1__create_protocol_version_request__init
      ) { $0.base }
    case .updateProtocolVersion:
      Descriptors.of(
        Trialgate__V1__UpdateProtocolVersionRequest(),
        trialgate__v1__update_protocol_version_request__init
      ) { $0.base }
    case .validateProtocolVersion:
      Descriptors.of(
        Trialgate__V1__ValidateProtocolVersionRequest(),
        trialgate__v1__validate_protocol_version_request__init
      ) { $0.base }
    case .approveProtocolVersion:
      Descriptors.of(
        Trialgate__V1__ApproveProtocolVersionRequest(),
        trialgate__v1__approve_protocol_version_request__init
      ) { $0.base }
    case .supersedeProtocolVersion:
      Descriptors.of(
        Trialgate__V1__SupersedeProtocolVersionRequest(),
        trialgate__v1__supersede_protocol_version_request__init
      ) { $0.base }
    case .getSite:
      Descriptors.of(
        Trialgate__V1__GetSiteRequest(), trialgate__v1__get_site_request__init
      ) { $0.base }
    case .listSites:
      Descriptors.of(
        Trialgate__V1__ListSitesRequest(), trialgate__v1__list_sites_request__init
      ) { $0.base }
    case .createSite:
      Descriptors.of(
        Trialgate__V1__CreateSiteRequest(), trialgate__v1__create_site_request__init
      ) { $0.base }
    case .updateSite:
      Descriptors.of(
        Trialgate__V1__UpdateSiteRequest(), trialgate__v1__update_site_request__init
      ) { $0.base }
    case .getSiteRevision:
      Descriptors.of(
        Trialgate__V1__GetSiteRevisionRequest(), trialgate__v1__get_site_revision_request__init
      ) { $0.base }
    case .listSiteRevisions:
      Descriptors.of(
        Trialgate__V1__ListSiteRevisionsRequest(), trialgate__v1__list_site_revisions_request__init
      ) { $0.base }
    case .createSiteRevision:
      Descriptors.of(
        Trialgate__V1__CreateSiteRevisionRequest(),
        trialgate__v1__create_site_revision_request__init
      ) { $0.base }
    case .getActivation:
      Descriptors.of(
        Trialgate__V1__GetActivationRequest(), trialgate__v1__get_activation_request__init
      ) { $0.base }
    case .listActivations:
      Descriptors.of(
        Trialgate__V1__ListActivationsRequest(), trialgate__v1__list_activations_request__init
      ) { $0.base }
    case .createActivation:
      Descriptors.of(
        Trialgate__V1__CreateActivationRequest(), trialgate__v1__create_activation_request__init
      ) { $0.base }
    case .getCohort:
      Descriptors.of(
        Trialgate__V1__GetCohortRequest(), trialgate__v1__get_cohort_request__init
      ) { $0.base }
    case .listCohorts:
      Descriptors.of(
        Trialgate__V1__ListCohortsRequest(), trialgate__v1__list_cohorts_request__init
      ) { $0.base }
    case .updateCohort:
      Descriptors.of(
        Trialgate__V1__UpdateCohortRequest(), trialgate__v1__update_cohort_request__init
      ) { $0.base }
    case .listAuditEntries:
      Descriptors.of(
        Trialgate__V1__ListAuditEntriesRequest(), trialgate__v1__list_audit_entries_request__init
      ) { $0.base }
    case .watchConfiguration:
      Descriptors.of(
        Trialgate__V1__WatchConfigurationRequest(), trialgate__v1__watch_configuration_request__init
      ) { $0.base }
    case .compareVersions:
      Descriptors.of(
        Trialgate__V1__CompareVersionsRequest(), trialgate__v1__compare_versions_request__init
      ) { $0.base }
    case .simulateChange:
      Descriptors.of(
        Trialgate__V1__SimulateChangeRequest(), trialgate__v1__simulate_change_request__init
      ) { $0.base }
    case .exportAuditEntries:
      Descriptors.of(
        Trialgate__V1__ExportAuditEntriesRequest(),
        trialgate__v1__export_audit_entries_request__init
      ) { $0.base }
    }
  }

  private static func answerType(_ method: ConfigurationMethod) -> Descriptors.Message {
    switch method {
    case .getTrial, .createTrial, .updateTrial:
      Descriptors.of(
        Trialgate__V1__Trial(), trialgate__v1__trial__init
      ) { $0.base }
    case .listTrials:
      Descriptors.of(
        Trialgate__V1__ListTrialsResponse(), trialgate__v1__list_trials_response__init
      ) { $0.base }
    case .getProtocolVersion, .createProtocolVersion, .updateProtocolVersion,
      .approveProtocolVersion, .supersedeProtocolVersion:
      Descriptors.of(
        Trialgate__V1__ProtocolVersion(), trialgate__v1__protocol_version__init
      ) { $0.base }
    case .listProtocolVersions:
      Descriptors.of(
        Trialgate__V1__ListProtocolVersionsResponse(),
        trialgate__v1__list_protocol_versions_response__init
      ) { $0.base }
    case .validateProtocolVersion:
      Descriptors.of(
        Trialgate__V1__ValidateProtocolVersionResponse(),
        trialgate__v1__validate_protocol_version_response__init
      ) { $0.base }
    case .getSite, .createSite, .updateSite:
      Descriptors.of(
        Trialgate__V1__Site(), trialgate__v1__site__init
      ) { $0.base }
    case .listSites:
      Descriptors.of(
        Trialgate__V1__ListSitesResponse(), trialgate__v1__list_sites_response__init
      ) { $0.base }
    case .getSiteRevision, .createSiteRevision:
      Descriptors.of(
        Trialgate__V1__SiteRevision(), trialgate__v1__site_revision__init
      ) { $0.base }
    case .listSiteRevisions:
      Descriptors.of(
        Trialgate__V1__ListSiteRevisionsResponse(),
        trialgate__v1__list_site_revisions_response__init
      ) { $0.base }
    case .getActivation, .createActivation:
      Descriptors.of(
        Trialgate__V1__Activation(), trialgate__v1__activation__init
      ) { $0.base }
    case .listActivations:
      Descriptors.of(
        Trialgate__V1__ListActivationsResponse(), trialgate__v1__list_activations_response__init
      ) { $0.base }
    case .getCohort, .updateCohort:
      Descriptors.of(
        Trialgate__V1__Cohort(), trialgate__v1__cohort__init
      ) { $0.base }
    case .listCohorts:
      Descriptors.of(
        Trialgate__V1__ListCohortsResponse(), trialgate__v1__list_cohorts_response__init
      ) { $0.base }
    case .listAuditEntries:
      Descriptors.of(
        Trialgate__V1__ListAuditEntriesResponse(), trialgate__v1__list_audit_entries_response__init
      ) { $0.base }
    case .watchConfiguration:
      Descriptors.of(
        Trialgate__V1__WatchConfigurationResponse(),
        trialgate__v1__watch_configuration_response__init
      ) { $0.base }
    case .compareVersions:
      Descriptors.of(
        Trialgate__V1__CompareVersionsResponse(), trialgate__v1__compare_versions_response__init
      ) { $0.base }
    case .simulateChange:
      Descriptors.of(
        Trialgate__V1__SimulateChangeResponse(), trialgate__v1__simulate_change_response__init
      ) { $0.base }
    case .exportAuditEntries:
      Descriptors.of(
        Trialgate__V1__ExportAuditEntriesResponse(),
        trialgate__v1__export_audit_entries_response__init
      ) { $0.base }
    }
  }
}
