/// Whether a record counts.
public enum RecordStatus: String, Sendable, Hashable {
  case final = "FINAL"
  case amended = "AMENDED"
  case corrected = "CORRECTED"
  case preliminary = "PRELIMINARY"
  case cancelled = "CANCELLED"
  case enteredInError = "ENTERED_IN_ERROR"

  /// Final, amended and corrected records count.
  public var counts: Bool {
    switch self {
    case .final, .amended, .corrected: true
    case .preliminary, .cancelled, .enteredInError: false
    }
  }
}

/// What a test found, without a number.
public enum Finding: String, Sendable, Hashable {
  case positive = "POSITIVE"
  case negative = "NEGATIVE"
  case indeterminate = "INDETERMINATE"
  case detected = "DETECTED"
  case notDetected = "NOT_DETECTED"
}

/// The range that came with a result.
public struct ReferenceRange: Sendable, Hashable {
  /// Lower limit of normal.
  public var low: Quantity?
  /// Upper limit of normal (ULN), or the laboratory's cut-off.
  public var high: Quantity?
  /// The laboratory's 99th percentile.
  public var percentile99: Quantity?

  /// Creates a range.
  public init(low: Quantity? = nil, high: Quantity? = nil, percentile99: Quantity? = nil) {
    self.low = low
    self.high = high
    self.percentile99 = percentile99
  }
}

/// A result of a test, an examination or a measurement.
public struct Observation: Sendable, Hashable {
  /// The caller's id. Required; evidence cites it.
  public var id: String
  /// Whether the record counts. Required.
  public var status: RecordStatus
  /// What was measured. Required.
  public var concept: ConceptReference
  /// When the specimen was taken or the measurement made.
  public var effective: ClinicalTime?
  /// The number, if there is one. A number, a finding or both are required.
  public var quantity: Quantity?
  /// The finding, if there is one.
  public var finding: Finding?
  /// The reference range that came with this very result.
  public var referenceRange: ReferenceRange?
  /// The specimen's code.
  public var specimen: Coding?
  /// The method's code.
  public var method: Coding?
  /// Whether the record held fields that this version does not know; it is then unusable.
  public var hasUnknownFields = false
}

extension Observation {
  /// Creates an observation.
  public init(
    id: String, status: RecordStatus, concept: ConceptReference, effective: ClinicalTime? = nil,
    quantity: Quantity? = nil, finding: Finding? = nil, referenceRange: ReferenceRange? = nil,
    specimen: Coding? = nil, method: Coding? = nil
  ) {
    // In one piece: what is put together field by field is copied as a whole at the end.
    self.init(
      id: id, status: status, concept: concept, effective: effective, quantity: quantity,
      finding: finding, referenceRange: referenceRange, specimen: specimen, method: method,
      hasUnknownFields: false)
  }
}
