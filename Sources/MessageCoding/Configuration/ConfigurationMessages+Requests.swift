internal import CProtobufC
internal import CTrialGateProto
public import CohortConfiguration

/// Requests, as a client writes them.
extension ConfigurationMessages {
  /// The bytes of a request of `request.method`.
  public static func bytes(of request: ConfigurationRequest) -> [UInt8] {
    let writer = MessageWriter(arena: Arena(limit: .max))
    switch request {
    case .get(_, let name):
      // The requests for one resource all have the same form: its name is field 1.
      return encode(writer.get(name))
    case .list(let kind, let query):
      return kind == .trial ? encode(writer.trials(query)) : encode(writer.list(query))
    case .validateVersion(let name): return encode(writer.validation(name))
    case .validateDefinition(let definition):
      var bytes: [UInt8] = []
      DescriptionMessages.append(definition, asField: 2, to: &bytes)
      return bytes
    case .listAudit(let query): return encode(writer.audit(query))
    case .exportAudit(let filter): return encode(writer.export(filter))
    case .compare(let before, let after): return encode(writer.comparison(before, after))
    case .watch(let token, let seconds): return encode(writer.watch(token, seconds))
    case .mutation(let header, let mutation): return bytes(header, mutation, writer)
    }
    func encode<Message>(_ message: UnsafeMutablePointer<Message>?) -> [UInt8] {
      Self.encode(UnsafeMutableRawPointer(message), writer, 0)
    }
  }

  private static func bytes(
    _ header: MutationHeader, _ mutation: ConfigurationMutation, _ writer: MessageWriter
  ) -> [UInt8] {
    let message: UnsafeMutableRawPointer?
    switch mutation {
    case .createTrial(let id, let displayName):
      message = UnsafeMutableRawPointer(writer.createTrial(header, id, displayName))
    case .updateTrial(let name, let displayName, let mask):
      message = UnsafeMutableRawPointer(writer.updateTrial(header, name, displayName, mask))
    case .createVersion(let draft): return createVersion(header, draft, writer)
    case .updateVersion(let name, let definition, let notes, let mask):
      return updateVersion(header, name, definition, notes, mask, writer)
    case .approveVersion(let name):
      message = UnsafeMutableRawPointer(writer.approve(header, name))
    case .supersedeVersion(let name, let other):
      message = UnsafeMutableRawPointer(writer.supersede(header, name, other))
    case .createSite(let parent, let id, let displayName):
      message = UnsafeMutableRawPointer(writer.createSite(header, parent, id, displayName))
    case .updateSite(let name, let state, let displayName, let mask):
      message = UnsafeMutableRawPointer(writer.updateSite(header, name, state, displayName, mask))
    case .createSiteRevision(let parent, let content):
      message = UnsafeMutableRawPointer(writer.createSiteRevision(header, parent, content))
    case .createActivation(let draft):
      message = UnsafeMutableRawPointer(writer.createActivation(header, draft))
    case .updateCohort(let name, let state, let enrolled, let cap, let mask):
      message = UnsafeMutableRawPointer(
        writer.updateCohort(header, name, state, enrolled, cap, mask))
    }
    return encode(message, writer, 0)
  }

  // A definition goes out as it is given, so that its bytes keep their digest.

  private static func createVersion(
    _ header: MutationHeader, _ draft: ConfigurationMutation.VersionDraft, _ writer: MessageWriter
  ) -> [UInt8] {
    let request = writer.make(
      Trialgate__V1__CreateProtocolVersionRequest.self,
      trialgate__v1__create_protocol_version_request__init
    ) {
      writer.set(&$0.parent, draft.parent)
      writer.set(&$0.version_id, draft.id)
      writer.set(&$0.reason, header.reason)
      writer.set(&$0.request_id, header.requestID)
      $0.validate_only = header.validateOnly ? 1 : 0
    }
    let version = writer.make(
      Trialgate__V1__ProtocolVersion.self, trialgate__v1__protocol_version__init
    ) {
      writer.set(&$0.base_version, draft.baseVersion)
      writer.set(&$0.notes, draft.notes)
    }
    var bytes = encode(UnsafeMutableRawPointer(request), writer, 0)
    DescriptionMessages.append(
      Self.version(version, draft.definition, writer), asField: 3, to: &bytes)
    return bytes
  }

  private static func updateVersion(
    _ header: MutationHeader, _ name: String, _ definition: [UInt8]?, _ notes: String,
    _ mask: [String], _ writer: MessageWriter
  ) -> [UInt8] {
    let request = writer.make(
      Trialgate__V1__UpdateProtocolVersionRequest.self,
      trialgate__v1__update_protocol_version_request__init
    ) {
      writer.set(&$0.update_mask, &$0.n_update_mask, mask)
      writer.set(&$0.reason, header.reason)
      writer.set(&$0.request_id, header.requestID)
      $0.validate_only = header.validateOnly ? 1 : 0
    }
    let version = writer.make(
      Trialgate__V1__ProtocolVersion.self, trialgate__v1__protocol_version__init
    ) {
      writer.set(&$0.name, name)
      writer.set(&$0.etag, header.etag)
      writer.set(&$0.notes, notes)
    }
    var bytes = encode(UnsafeMutableRawPointer(request), writer, 0)
    DescriptionMessages.append(Self.version(version, definition, writer), asField: 1, to: &bytes)
    return bytes
  }

  private static func version(
    _ version: UnsafeMutablePointer<Trialgate__V1__ProtocolVersion>?, _ definition: [UInt8]?,
    _ writer: MessageWriter
  ) -> [UInt8] {
    var bytes = encode(UnsafeMutableRawPointer(version), writer, 0)
    if let definition { DescriptionMessages.append(definition, asField: 4, to: &bytes) }
    return bytes
  }
}

extension MessageWriter {
  fileprivate func get(_ name: String) -> UnsafeMutablePointer<Trialgate__V1__GetTrialRequest>? {
    make(Trialgate__V1__GetTrialRequest.self, trialgate__v1__get_trial_request__init) {
      set(&$0.name, name)
    }
  }

  fileprivate func trials(
    _ query: ListQuery
  ) -> UnsafeMutablePointer<Trialgate__V1__ListTrialsRequest>? {
    make(Trialgate__V1__ListTrialsRequest.self, trialgate__v1__list_trials_request__init) {
      $0.page_size = Int32(clamping: query.pageSize)
      set(&$0.page_token, query.pageToken)
      set(&$0.filter, query.filter)
      set(&$0.order_by, query.orderBy)
    }
  }

  /// The requests for lists of what something else holds all have the form of the one for sites.
  fileprivate func list(
    _ query: ListQuery
  ) -> UnsafeMutablePointer<Trialgate__V1__ListSitesRequest>? {
    make(Trialgate__V1__ListSitesRequest.self, trialgate__v1__list_sites_request__init) {
      set(&$0.parent, query.parent)
      $0.page_size = Int32(clamping: query.pageSize)
      set(&$0.page_token, query.pageToken)
      set(&$0.filter, query.filter)
      set(&$0.order_by, query.orderBy)
    }
  }

  fileprivate func validation(
    _ name: String
  ) -> UnsafeMutablePointer<Trialgate__V1__ValidateProtocolVersionRequest>? {
    make(
      Trialgate__V1__ValidateProtocolVersionRequest.self,
      trialgate__v1__validate_protocol_version_request__init
    ) {
      $0.source_case = TRIALGATE__V1__VALIDATE_PROTOCOL_VERSION_REQUEST__SOURCE_NAME
      $0.name = arena.copy(name)
    }
  }

  fileprivate func audit(
    _ query: ListQuery
  ) -> UnsafeMutablePointer<Trialgate__V1__ListAuditEntriesRequest>? {
    make(
      Trialgate__V1__ListAuditEntriesRequest.self, trialgate__v1__list_audit_entries_request__init
    ) {
      $0.page_size = Int32(clamping: query.pageSize)
      set(&$0.page_token, query.pageToken)
      set(&$0.filter, query.filter)
    }
  }

  fileprivate func export(
    _ filter: String
  ) -> UnsafeMutablePointer<Trialgate__V1__ExportAuditEntriesRequest>? {
    make(
      Trialgate__V1__ExportAuditEntriesRequest.self,
      trialgate__v1__export_audit_entries_request__init
    ) { set(&$0.filter, filter) }
  }

  fileprivate func comparison(
    _ before: String, _ after: String
  ) -> UnsafeMutablePointer<Trialgate__V1__CompareVersionsRequest>? {
    make(
      Trialgate__V1__CompareVersionsRequest.self, trialgate__v1__compare_versions_request__init
    ) {
      set(&$0.before, before)
      set(&$0.after, after)
    }
  }

  fileprivate func watch(
    _ token: String, _ seconds: Int
  ) -> UnsafeMutablePointer<Trialgate__V1__WatchConfigurationRequest>? {
    make(
      Trialgate__V1__WatchConfigurationRequest.self,
      trialgate__v1__watch_configuration_request__init
    ) {
      set(&$0.resume_token, token)
      $0.heartbeat_seconds = Int32(clamping: seconds)
    }
  }
}
