internal import CProtobufC
internal import CTrialGateProto
internal import CohortConfiguration

/// Requests that change something, but for those with a definition in them.
extension MessageWriter {
  func createTrial(
    _ header: MutationHeader, _ id: String, _ displayName: String
  ) -> UnsafeMutablePointer<Trialgate__V1__CreateTrialRequest>? {
    make(Trialgate__V1__CreateTrialRequest.self, trialgate__v1__create_trial_request__init) {
      set(&$0.trial_id, id)
      $0.trial = make(Trialgate__V1__Trial.self, trialgate__v1__trial__init) {
        set(&$0.display_name, displayName)
      }
      set(&$0.reason, header.reason)
      set(&$0.request_id, header.requestID)
      $0.validate_only = header.validateOnly ? 1 : 0
    }
  }

  func updateTrial(
    _ header: MutationHeader, _ name: String, _ displayName: String, _ mask: [String]
  ) -> UnsafeMutablePointer<Trialgate__V1__UpdateTrialRequest>? {
    make(Trialgate__V1__UpdateTrialRequest.self, trialgate__v1__update_trial_request__init) {
      $0.trial = make(Trialgate__V1__Trial.self, trialgate__v1__trial__init) {
        set(&$0.name, name)
        set(&$0.etag, header.etag)
        set(&$0.display_name, displayName)
      }
      set(&$0.update_mask, &$0.n_update_mask, mask)
      set(&$0.reason, header.reason)
      set(&$0.request_id, header.requestID)
      $0.validate_only = header.validateOnly ? 1 : 0
    }
  }

  func approve(
    _ header: MutationHeader, _ name: String
  ) -> UnsafeMutablePointer<Trialgate__V1__ApproveProtocolVersionRequest>? {
    make(
      Trialgate__V1__ApproveProtocolVersionRequest.self,
      trialgate__v1__approve_protocol_version_request__init
    ) {
      set(&$0.name, name)
      set(&$0.etag, header.etag)
      set(&$0.reason, header.reason)
      set(&$0.request_id, header.requestID)
      $0.validate_only = header.validateOnly ? 1 : 0
    }
  }

  func supersede(
    _ header: MutationHeader, _ name: String, _ other: String
  ) -> UnsafeMutablePointer<Trialgate__V1__SupersedeProtocolVersionRequest>? {
    make(
      Trialgate__V1__SupersedeProtocolVersionRequest.self,
      trialgate__v1__supersede_protocol_version_request__init
    ) {
      set(&$0.name, name)
      set(&$0.etag, header.etag)
      set(&$0.superseded_by, other)
      set(&$0.reason, header.reason)
      set(&$0.request_id, header.requestID)
      $0.validate_only = header.validateOnly ? 1 : 0
    }
  }

  func createSite(
    _ header: MutationHeader, _ parent: String, _ id: String, _ displayName: String
  ) -> UnsafeMutablePointer<Trialgate__V1__CreateSiteRequest>? {
    make(Trialgate__V1__CreateSiteRequest.self, trialgate__v1__create_site_request__init) {
      set(&$0.parent, parent)
      set(&$0.site_id, id)
      $0.site = make(Trialgate__V1__Site.self, trialgate__v1__site__init) {
        set(&$0.display_name, displayName)
      }
      set(&$0.reason, header.reason)
      set(&$0.request_id, header.requestID)
      $0.validate_only = header.validateOnly ? 1 : 0
    }
  }

  func updateSite(
    _ header: MutationHeader, _ name: String, _ state: OperationalState?, _ displayName: String,
    _ mask: [String]
  ) -> UnsafeMutablePointer<Trialgate__V1__UpdateSiteRequest>? {
    make(Trialgate__V1__UpdateSiteRequest.self, trialgate__v1__update_site_request__init) {
      $0.site = make(Trialgate__V1__Site.self, trialgate__v1__site__init) {
        set(&$0.name, name)
        set(&$0.etag, header.etag)
        $0.state.rawValue = EnumTables.operationalStates.number(of: state)
        set(&$0.display_name, displayName)
      }
      set(&$0.update_mask, &$0.n_update_mask, mask)
      set(&$0.reason, header.reason)
      set(&$0.request_id, header.requestID)
      $0.validate_only = header.validateOnly ? 1 : 0
    }
  }

  func createSiteRevision(
    _ header: MutationHeader, _ parent: String, _ content: SiteRevision
  ) -> UnsafeMutablePointer<Trialgate__V1__CreateSiteRevisionRequest>? {
    make(
      Trialgate__V1__CreateSiteRevisionRequest.self,
      trialgate__v1__create_site_revision_request__init
    ) {
      set(&$0.parent, parent)
      set(&$0.revision_id, content.id)
      $0.site_revision = siteRevision(content)
      set(&$0.reason, header.reason)
      set(&$0.request_id, header.requestID)
      $0.validate_only = header.validateOnly ? 1 : 0
    }
  }

  func createActivation(
    _ header: MutationHeader, _ draft: ConfigurationMutation.ActivationDraft
  ) -> UnsafeMutablePointer<Trialgate__V1__CreateActivationRequest>? {
    make(
      Trialgate__V1__CreateActivationRequest.self, trialgate__v1__create_activation_request__init
    ) {
      set(&$0.parent, draft.parent)
      set(&$0.activation_id, draft.id)
      $0.activation = make(Trialgate__V1__Activation.self, trialgate__v1__activation__init) {
        set(&$0.version, draft.version)
        set(&$0.site, draft.site)
        set(&$0.effective_from, draft.effectiveFrom)
        set(&$0.replaces, draft.replaces)
      }
      set(&$0.reason, header.reason)
      set(&$0.request_id, header.requestID)
      $0.validate_only = header.validateOnly ? 1 : 0
    }
  }

  func updateCohort(
    _ header: MutationHeader, _ name: String, _ state: OperationalState?, _ enrolled: UInt32,
    _ cap: UInt32, _ mask: [String]
  ) -> UnsafeMutablePointer<Trialgate__V1__UpdateCohortRequest>? {
    make(Trialgate__V1__UpdateCohortRequest.self, trialgate__v1__update_cohort_request__init) {
      $0.cohort = make(Trialgate__V1__Cohort.self, trialgate__v1__cohort__init) {
        set(&$0.name, name)
        set(&$0.etag, header.etag)
        $0.state.rawValue = EnumTables.operationalStates.number(of: state)
        $0.enrolled = enrolled
        $0.cap = cap
      }
      set(&$0.update_mask, &$0.n_update_mask, mask)
      set(&$0.reason, header.reason)
      set(&$0.request_id, header.requestID)
      $0.validate_only = header.validateOnly ? 1 : 0
    }
  }
}
