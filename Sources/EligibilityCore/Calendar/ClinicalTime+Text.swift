extension ClinicalTime {
  /// Parses a text; nil for what is no time.
  package init?(text: String) {
    guard let time = try? ClinicalTime(parsing: text) else { return nil }
    self = time
  }
}
