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
  public var id: String
  public var status: RecordStatus
  public var concept: ConceptReference
  /// When the specimen was taken or the measurement made.
  public var effective: ClinicalTime?
  public var quantity: Quantity?
  public var finding: Finding?
  public var referenceRange: ReferenceRange?
  public var specimen: Coding?
  public var method: Coding?
  /// Whether the record held fields that this version does not know; it is then unusable.
  public var hasUnknownFields = false

  /// Creates an observation.
  public init(id: String, status: RecordStatus, concept: ConceptReference) {
    self.id = id
    self.status = status
    self.concept = concept
  }
}
