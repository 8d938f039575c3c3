internal import CProtobufC
internal import CTrialGateProto
public import CohortConfiguration
public import EligibilityCore

/// The messages of `CompareVersions` and `SimulateChange`.
public enum SimulationMessages {
  /// What a client of `SimulateChange` sends.
  public enum Content: Sendable {
    /// Names of the two versions.
    case plan(before: String, after: String)
    case patient(StreamItem)
    /// Neither, or not to be read.
    case fault(MessageError)
  }

  /// Reads a `SimulateChangeRequest`. What is wrong with a patient is that item's own fault.
  public static func content(_ bytes: Span<UInt8>) -> Content {
    straightLinePatient(bytes).map(Content.patient) ?? unpackedContent(bytes)
  }

  /// Reads a patient in one pass; nil where the message is left to `unpackedContent`.
  package static func straightLinePatient(_ bytes: Span<UInt8>) -> StreamItem? {
    bytes.withUnsafeBytes { buffer in
      StraightLineReader.simulatedPatient(buffer).map {
        StreamItem(id: $0.id, request: .success($0.request))
      }
    }
  }

  /// Reads a `SimulateChangeRequest` through the scan and libprotobuf-c, as `content` does.
  package static func unpackedContent(_ bytes: Span<UInt8>) -> Content {
    bytes.withUnsafeBytes { buffer in
      do throws(DecodingFailure<FormError>) {
        let type = Descriptors.of(
          Trialgate__V1__SimulateChangeRequest(), trialgate__v1__simulate_change_request__init
        ) { $0.base }
        return try WireMessage.decode(buffer, as: type, Trialgate__V1__SimulateChangeRequest.self) {
          message throws(FormError) in try content(message.pointee)
        }
      } catch {
        return .fault(error.message)
      }
    }
  }

  private static func content(
    _ message: Trialgate__V1__SimulateChangeRequest
  ) throws(FormError) -> Content {
    switch message.content_case {
    case TRIALGATE__V1__SIMULATE_CHANGE_REQUEST__CONTENT_PLAN:
      let reader = FormReader()
      return .plan(
        before: reader.text(message.plan?.pointee.before),
        after: reader.text(message.plan?.pointee.after))
    case TRIALGATE__V1__SIMULATE_CHANGE_REQUEST__CONTENT_PATIENT:
      guard let patient = message.patient?.pointee else { break }
      var id = ""
      do throws(FormError) {
        let request = try EligibilityMessages.finish { reader -> EvaluationRequest? in
          id = reader.text(patient.item_id)
          return reader.patient(patient)
        }
        return .patient(StreamItem(id: id, request: .success(request)))
      } catch {
        return .patient(StreamItem(id: id, request: .failure(.form(error))))
      }
    default: break
    }
    var reader = FormReader()
    reader.report("content", "REQUIRED", "send a plan first, then patients")
    throw FormError(violations: reader.violations)
  }

  /// The bytes of a `SimulateChangeRequest` with the names of two versions.
  public static func plan(before: String, after: String) -> [UInt8] {
    encode { writer, message in
      message.content_case = TRIALGATE__V1__SIMULATE_CHANGE_REQUEST__CONTENT_PLAN
      message.plan = writer.make(
        Trialgate__V1__SimulationPlan.self, trialgate__v1__simulation_plan__init
      ) {
        writer.set(&$0.before, before)
        writer.set(&$0.after, after)
      }
    }
  }

  /// The bytes of a `SimulateChangeRequest` with a patient.
  public static func patient(_ request: EvaluationRequest, itemID: String) -> [UInt8] {
    encode { writer, message in
      message.content_case = TRIALGATE__V1__SIMULATE_CHANGE_REQUEST__CONTENT_PATIENT
      message.patient = writer.make(
        Trialgate__V1__SimulatedPatient.self, trialgate__v1__simulated_patient__init
      ) {
        writer.set(&$0.item_id, itemID)
        $0.request = writer.request(request)
      }
    }
  }

  private static func encode(
    _ fill: (MessageWriter, inout Trialgate__V1__SimulateChangeRequest) -> Void
  ) -> [UInt8] {
    let writer = MessageWriter(arena: Arena(limit: .max))
    let message = writer.make(
      Trialgate__V1__SimulateChangeRequest.self, trialgate__v1__simulate_change_request__init
    ) { fill(writer, &$0) }
    return ConfigurationMessages.encode(UnsafeMutableRawPointer(message), writer, 0)
  }

  /// The bytes of a `CompareVersionsResponse`.
  public static func bytes(
    of differences: [DefinitionDifference], before: String, after: String
  ) -> [UInt8] {
    let writer = MessageWriter(arena: Arena(limit: .max))
    return ConfigurationMessages.encode(
      UnsafeMutableRawPointer(writer.comparison(differences, before, after)), writer, 0)
  }

  /// The bytes of a `SimulateChangeResponse` with what two versions say of a patient.
  public static func bytes(
    of verdicts: SimulatedVerdicts, itemID: String, headroom: Int
  ) -> [UInt8] {
    encode(itemID, headroom) { writer, response in
      response.verdicts = writer.verdicts(verdicts)
      response.result_case = TRIALGATE__V1__SIMULATE_CHANGE_RESPONSE__RESULT_VERDICTS
    }
  }

  /// The bytes of a `SimulateChangeResponse` with an item's error.
  public static func bytes(of error: ItemError, itemID: String, headroom: Int) -> [UInt8] {
    encode(itemID, headroom) { writer, response in
      response.error = writer.itemError(error)
      response.result_case = TRIALGATE__V1__SIMULATE_CHANGE_RESPONSE__RESULT_ERROR
    }
  }

  /// The bytes of a `SimulateChangeResponse` with the summary.
  public static func bytes(of summary: SimulationSummary, headroom: Int) -> [UInt8] {
    encode("", headroom) { writer, response in
      response.summary = writer.summary(summary)
      response.result_case = TRIALGATE__V1__SIMULATE_CHANGE_RESPONSE__RESULT_SUMMARY
    }
  }

  private static func encode(
    _ itemID: String, _ headroom: Int,
    _ fill: (MessageWriter, inout Trialgate__V1__SimulateChangeResponse) -> Void
  ) -> [UInt8] {
    let writer = MessageWriter(arena: Arena(limit: .max))
    let message = writer.make(
      Trialgate__V1__SimulateChangeResponse.self, trialgate__v1__simulate_change_response__init
    ) {
      writer.set(&$0.item_id, itemID)
      fill(writer, &$0)
    }
    return ConfigurationMessages.encode(UnsafeMutableRawPointer(message), writer, headroom)
  }
}

extension FormReader {
  fileprivate mutating func patient(
    _ message: Trialgate__V1__SimulatedPatient
  ) -> EvaluationRequest? {
    if text(message.item_id).utf8.count > Self.maximumIDLength {
      report("item_id", "TOO_LONG", "use at most \(Self.maximumIDLength) bytes")
    }
    guard let given = message.request?.pointee else {
      report("request", "REQUIRED", "give the patient's request")
      return nil
    }
    return within("request") { $0.request(given) }
  }
}

extension MessageWriter {
  fileprivate func comparison(
    _ differences: [DefinitionDifference], _ before: String, _ after: String
  ) -> UnsafeMutablePointer<Trialgate__V1__CompareVersionsResponse>? {
    make(
      Trialgate__V1__CompareVersionsResponse.self, trialgate__v1__compare_versions_response__init
    ) {
      set(&$0.digest_before, before)
      set(&$0.digest_after, after)
      set(&$0.differences, &$0.n_differences, differences) { difference in
        make(
          Trialgate__V1__VersionDifference.self, trialgate__v1__version_difference__init
        ) {
          $0.kind.rawValue = numericCast(difference.kind.rawValue)
          set(&$0.criterion, difference.criterion)
          set(&$0.path, difference.path)
          set(&$0.before, difference.before)
          set(&$0.after, difference.after)
        }
      }
    }
  }

  private func number(_ outcome: Outcome?) -> Trialgate__V1__Outcome {
    var number = TRIALGATE__V1__OUTCOME__OUTCOME_UNSPECIFIED
    if let outcome { number.rawValue = EnumTables.outcomes.number(of: outcome) }
    return number
  }

  fileprivate func verdicts(
    _ verdicts: SimulatedVerdicts
  ) -> UnsafeMutablePointer<Trialgate__V1__SimulatedVerdicts>? {
    make(Trialgate__V1__SimulatedVerdicts.self, trialgate__v1__simulated_verdicts__init) {
      $0.differs = verdicts.differs ? 1 : 0
      set(&$0.outcomes, &$0.n_outcomes, verdicts.outcomes) { row in
        make(Trialgate__V1__CohortOutcomes.self, trialgate__v1__cohort_outcomes__init) {
          set(&$0.cohort, row.cohort)
          $0.before = number(row.before)
          $0.after = number(row.after)
        }
      }
      set(&$0.criteria, &$0.n_criteria, verdicts.criteria) { row in
        make(Trialgate__V1__CriterionResults.self, trialgate__v1__criterion_results__init) {
          set(&$0.criterion, row.criterion)
          set(&$0.before, row.before?.rawValue ?? "")
          set(&$0.after, row.after?.rawValue ?? "")
        }
      }
    }
  }

  fileprivate func summary(
    _ summary: SimulationSummary
  ) -> UnsafeMutablePointer<Trialgate__V1__SimulationSummary>? {
    make(Trialgate__V1__SimulationSummary.self, trialgate__v1__simulation_summary__init) {
      $0.patients = UInt32(clamping: summary.patients)
      $0.differing = UInt32(clamping: summary.differing)
      $0.failed = UInt32(clamping: summary.failed)
      set(&$0.outcomes, &$0.n_outcomes, summary.sortedWays) { row in
        make(Trialgate__V1__OutcomeCount.self, trialgate__v1__outcome_count__init) {
          set(&$0.cohort, row.way.cohort)
          $0.before = number(row.way.before)
          $0.after = number(row.way.after)
          $0.patients = UInt32(clamping: row.patients)
        }
      }
      set(&$0.criteria, &$0.n_criteria, summary.sortedCriteria) { row in
        make(Trialgate__V1__CriterionCount.self, trialgate__v1__criterion_count__init) {
          set(&$0.criterion, row.criterion)
          $0.patients = UInt32(clamping: row.patients)
        }
      }
    }
  }
}
