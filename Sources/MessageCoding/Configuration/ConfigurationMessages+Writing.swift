internal import CProtobufC
internal import CTrialGateProto
public import CohortConfiguration
public import EligibilityCore

/// The answers of the configuration service.
extension ConfigurationMessages {
  /// The bytes of a resource behind some free space.
  public static func bytes(of result: ConfigurationResult, headroom: Int = 0) -> [UInt8] {
    let writer = MessageWriter(arena: Arena(limit: .max))
    let message: UnsafeMutableRawPointer? =
      switch result {
      case .trial(let held): UnsafeMutableRawPointer(writer.trial(held))
      case .version(let held): UnsafeMutableRawPointer(writer.version(held))
      case .site(let held): UnsafeMutableRawPointer(writer.site(held))
      case .siteRevision(let held): UnsafeMutableRawPointer(writer.siteRevision(held))
      case .activation(let held, let replacedBy):
        UnsafeMutableRawPointer(writer.activation(held, replacedBy))
      case .cohort(let held): UnsafeMutableRawPointer(writer.cohort(held))
      }
    var bytes = encode(message, writer, headroom)
    // The definition goes out as it was stored, so that its bytes have the digest.
    if case .version(let held) = result, !held.resource.definition.isEmpty {
      DescriptionMessages.append(held.resource.definition, asField: 4, to: &bytes)
    }
    return bytes
  }

  /// The bytes of a page behind some free space.
  ///
  /// - Parameters:
  ///   - kind: the kind of all results.
  ///   - next: the token of the next page; empty = this is the last one.
  public static func bytes(
    of results: [ConfigurationResult], kind: ResourceKind, next: String, headroom: Int = 0
  ) -> [UInt8] {
    // All lists have the same form: the resources are field 1, the token is field 2.
    var bytes = [UInt8](repeating: 0, count: headroom)
    for result in results {
      var element = result
      if case .version(let held) = result {
        element = .version(held.withoutDefinition)
      }
      DescriptionMessages.append(Self.bytes(of: element), asField: 1, to: &bytes)
    }
    if !next.isEmpty { DescriptionMessages.append(Array(next.utf8), asField: 2, to: &bytes) }
    return bytes
  }

  /// The bytes of a `ListAuditEntriesResponse`, or of an `ExportAuditEntriesResponse` where there is no
  /// token, behind some free space.
  public static func bytes(
    of entries: [(entry: AuditEntry, hash: String)], next: String, headroom: Int = 0
  ) -> [UInt8] {
    let writer = MessageWriter(arena: Arena(limit: .max))
    var bytes = [UInt8](repeating: 0, count: headroom)
    for (entry, hash) in entries {
      let message = UnsafeMutableRawPointer(writer.audit(entry, hash))
      DescriptionMessages.append(encode(message, writer, 0), asField: 1, to: &bytes)
    }
    if !next.isEmpty { DescriptionMessages.append(Array(next.utf8), asField: 2, to: &bytes) }
    return bytes
  }

  /// The bytes of one audit entry.
  static func bytes(of entry: AuditEntry, hash: String) -> [UInt8] {
    let writer = MessageWriter(arena: Arena(limit: .max))
    return encode(UnsafeMutableRawPointer(writer.audit(entry, hash)), writer, 0)
  }

  /// The bytes of a `ValidateProtocolVersionResponse` behind some free space.
  public static func bytes(
    ofValidation violations: [FieldViolation], findings: [ProtocolFinding], digest: String,
    headroom: Int = 0
  ) -> [UInt8] {
    let writer = MessageWriter(arena: Arena(limit: .max))
    let message = writer.validation(violations, findings, digest)
    return encode(UnsafeMutableRawPointer(message), writer, headroom)
  }

  static func encode(
    _ message: UnsafeMutableRawPointer?, _ writer: MessageWriter, _ headroom: Int
  ) -> [UInt8] {
    guard let message else { return [] }
    return withExtendedLifetime(writer.arena) {
      WireMessage.encode(UnsafeRawPointer(message), headroom: headroom)
    }
  }
}

extension MessageWriter {
  /// A moment; empty where there is none.
  private func instant(_ milliseconds: Int64?) -> String {
    milliseconds.map(ConfigurationTime.text) ?? ""
  }

  fileprivate func trial(_ held: Held<TrialRecord>) -> UnsafeMutablePointer<Trialgate__V1__Trial>? {
    let trial = held.resource
    return make(Trialgate__V1__Trial.self, trialgate__v1__trial__init) {
      set(&$0.name, trial.name)
      set(&$0.etag, held.etag)
      set(&$0.display_name, trial.displayName)
      set(&$0.create_time, instant(trial.createTime))
      set(&$0.update_time, instant(trial.updateTime))
    }
  }

  /// A version without its definition.
  fileprivate func version(
    _ held: Held<VersionRecord>
  ) -> UnsafeMutablePointer<Trialgate__V1__ProtocolVersion>? {
    let version = held.resource
    return make(Trialgate__V1__ProtocolVersion.self, trialgate__v1__protocol_version__init) {
      set(&$0.name, version.name)
      set(&$0.etag, held.etag)
      $0.state.rawValue = EnumTables.versionStates.number(of: version.state)
      set(&$0.protocol_digest, version.definitionDigest)
      set(&$0.base_version, version.baseVersion)
      set(&$0.authors, &$0.n_authors, version.authors)
      set(&$0.approver, version.approver)
      set(&$0.superseded_by, version.supersededBy)
      set(&$0.notes, version.notes)
      set(&$0.create_time, instant(version.createTime))
      set(&$0.update_time, instant(version.updateTime))
      set(&$0.approve_time, instant(version.approveTime))
      set(&$0.findings, &$0.n_findings, version.findings, finding)
    }
  }

  private func finding(
    _ finding: VersionRecord.Finding
  ) -> UnsafeMutablePointer<Trialgate__V1__DefinitionFinding>? {
    make(Trialgate__V1__DefinitionFinding.self, trialgate__v1__definition_finding__init) {
      set(&$0.kind, finding.kind)
      set(&$0.criteria, &$0.n_criteria, finding.criteria)
      set(&$0.message, finding.message)
      set(&$0.witness, finding.witness)
    }
  }

  fileprivate func site(_ held: Held<SiteRecord>) -> UnsafeMutablePointer<Trialgate__V1__Site>? {
    let site = held.resource
    return make(Trialgate__V1__Site.self, trialgate__v1__site__init) {
      set(&$0.name, site.name)
      set(&$0.etag, held.etag)
      $0.state.rawValue = EnumTables.operationalStates.number(of: site.state)
      set(&$0.display_name, site.displayName)
      set(&$0.create_time, instant(site.createTime))
      set(&$0.update_time, instant(site.updateTime))
    }
  }

  fileprivate func siteRevision(
    _ held: Held<SiteRevisionRecord>
  ) -> UnsafeMutablePointer<Trialgate__V1__SiteRevision>? {
    let record = held.resource
    return siteRevision(record.content) {
      set(&$0.name, record.name)
      set(&$0.site_digest, record.contentDigest)
      set(&$0.creator, record.creator)
      set(&$0.create_time, instant(record.createTime))
    }
  }

  /// What is in force, with what else is to stand beside it.
  func siteRevision(
    _ content: SiteRevision, _ fill: (inout Trialgate__V1__SiteRevision) -> Void = { _ in }
  ) -> UnsafeMutablePointer<Trialgate__V1__SiteRevision>? {
    make(Trialgate__V1__SiteRevision.self, trialgate__v1__site_revision__init) {
      fill(&$0)
      set(&$0.effective_from, content.effectiveFrom?.description ?? "")
      $0.time_zone = make(Trialgate__V1__TimeZone.self, trialgate__v1__time_zone__init) {
        $0.initial_offset_seconds = Int32(clamping: content.timeZone.initialOffsetSeconds)
        set(&$0.transitions, &$0.n_transitions, content.timeZone.transitions) { transition in
          make(
            Trialgate__V1__TimeZoneTransition.self, trialgate__v1__time_zone_transition__init
          ) {
            set(&$0.at, transition.at.description)
            $0.offset_seconds = Int32(clamping: transition.offsetSeconds)
          }
        }
      }
      set(&$0.consent_version, content.consentVersion ?? "")
      set(&$0.upper_limits, &$0.n_upper_limits, content.upperLimits, upperLimit)
    }
  }

  private func upperLimit(
    _ row: SiteContext.UpperLimit
  ) -> UnsafeMutablePointer<Trialgate__V1__SiteUpperLimit>? {
    make(Trialgate__V1__SiteUpperLimit.self, trialgate__v1__site_upper_limit__init) {
      set(&$0.concept, row.concept)
      $0.sex.rawValue = EnumTables.sexes.number(of: row.sex)
      $0.from_age = row.fromAge.flatMap(age)
      $0.to_age = row.toAge.flatMap(age)
      $0.limit = make(Trialgate__V1__Quantity.self, trialgate__v1__quantity__init) {
        set(&$0.value, row.limit.value.description)
        set(&$0.unit, row.limit.unit)
      }
    }
  }

  private func age(_ years: Int) -> UnsafeMutablePointer<Trialgate__V1__AgeBound>? {
    make(Trialgate__V1__AgeBound.self, trialgate__v1__age_bound__init) {
      $0.completed_years = UInt32(clamping: years)
    }
  }

  fileprivate func activation(
    _ held: Held<ActivationRecord>, _ replacedBy: String
  ) -> UnsafeMutablePointer<Trialgate__V1__Activation>? {
    let activation = held.resource
    return make(Trialgate__V1__Activation.self, trialgate__v1__activation__init) {
      set(&$0.name, activation.name)
      set(&$0.version, activation.version)
      set(&$0.site, activation.site)
      set(&$0.effective_from, activation.effectiveFrom?.description ?? "")
      set(&$0.replaces, activation.replaces)
      set(&$0.replaced_by, replacedBy)
      set(&$0.creator, activation.creator)
      set(&$0.create_time, instant(activation.createTime))
    }
  }

  fileprivate func cohort(
    _ held: Held<CohortRecord>
  ) -> UnsafeMutablePointer<Trialgate__V1__Cohort>? {
    let cohort = held.resource
    return make(Trialgate__V1__Cohort.self, trialgate__v1__cohort__init) {
      set(&$0.name, cohort.name)
      set(&$0.etag, held.etag)
      $0.state.rawValue = EnumTables.operationalStates.number(of: cohort.state)
      $0.enrolled = cohort.enrolled
      $0.cap = cohort.cap
      set(&$0.create_time, instant(cohort.createTime))
      set(&$0.update_time, instant(cohort.updateTime))
    }
  }

  fileprivate func audit(
    _ entry: AuditEntry, _ hash: String
  ) -> UnsafeMutablePointer<Trialgate__V1__AuditEntry>? {
    make(Trialgate__V1__AuditEntry.self, trialgate__v1__audit_entry__init) {
      $0.sequence = UInt32(clamping: entry.sequence)
      set(&$0.time, instant(entry.time))
      set(&$0.principal, entry.principal)
      set(&$0.action, entry.action)
      set(&$0.reason, entry.reason)
      set(&$0.request_id, entry.requestID)
      set(&$0.changes, &$0.n_changes, entry.changes) { change in
        make(Trialgate__V1__ResourceChange.self, trialgate__v1__resource_change__init) {
          set(&$0.kind, change.key.kind.rawValue)
          set(&$0.name, change.key.name)
          $0.revision = UInt32(clamping: change.revision)
          set(&$0.digest_before, change.digestBefore)
          set(&$0.digest_after, change.digestAfter)
        }
      }
      set(&$0.previous_hash, entry.previousHash)
      set(&$0.hash, hash)
    }
  }

  fileprivate func validation(
    _ violations: [FieldViolation], _ findings: [ProtocolFinding], _ digest: String
  ) -> UnsafeMutablePointer<Trialgate__V1__ValidateProtocolVersionResponse>? {
    make(
      Trialgate__V1__ValidateProtocolVersionResponse.self,
      trialgate__v1__validate_protocol_version_response__init
    ) {
      set(&$0.violations, &$0.n_violations, violations) { violation in
        make(Trialgate__V1__FieldViolation.self, trialgate__v1__field_violation__init) {
          set(&$0.field, violation.field)
          set(&$0.reason, violation.reason)
          set(&$0.description, violation.description)
        }
      }
      set(&$0.findings, &$0.n_findings, findings.map(VersionRecord.Finding.init), finding)
      set(&$0.protocol_digest, digest)
    }
  }
}
