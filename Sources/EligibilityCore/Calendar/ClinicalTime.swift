/// A FHIR dateTime as it is written on the wire: a year, a month, a day, or an instant with an offset.
public struct ClinicalTime: Sendable, Hashable {
  /// How much is given.
  public enum Precision: Sendable, Hashable {
    case year
    case month
    case day
    case instant
  }

  /// Why a text is no time.
  public enum ParseError: Error, Sendable, Hashable {
    /// There is nothing.
    case empty
    /// It does not follow the grammar.
    case malformed
    /// It follows the grammar, but there is no such time (month 13, 30 February, hour 24).
    case outOfRange
    /// More than 40 characters.
    case tooLong
  }

  /// The text as given.
  public let text: String
  /// What it means.
  package let span: TimeSpan

  /// How much is given.
  public var precision: Precision { span.precision }
  /// The first day as written.
  var first: CalendarDate { span.first }

  /// Parses a text: `YYYY`, `YYYY-MM`, `YYYY-MM-DD`, or `YYYY-MM-DDThh:mm:ss[.fraction](Z|±hh:mm)`.
  /// Seconds are required with a time, second 60 is refused, an offset lies within 14 hours.
  public init(parsing text: some StringProtocol) throws(ParseError) {
    let text = String(text)
    span = try TimeSpan(text.utf8.span)
    self.text = text
  }

  /// A time that was parsed.
  package init(text: String, span: TimeSpan) {
    self.text = text
    self.span = span
  }

  /// The local dates that it can mean.
  public func dates(in zone: TimeZoneTable) -> DateRange { span.dates(in: zone) }

  /// The moments that it can mean, both ends included.
  public func instants(in zone: TimeZoneTable) -> (earliest: Instant, latest: Instant) {
    span.instants(in: zone)
  }
}
