/// Which protocol version is to be described, and in which language.
public struct DescriptionRequest: Sendable, Hashable {
  /// The trial; empty = the only one, or the one that the digest belongs to.
  public var trial = ""
  /// Id of the version; empty = by digest, or by site and date.
  public var protocolVersion = ""
  /// SHA-256 of the version, lower-case hex; empty = by id, or by site and date.
  public var protocolDigest = ""
  /// The site, where the version is chosen by site and date; empty = none named.
  public var site = ""
  /// The date, where the version is chosen by site and date; nil = the newest version.
  public var indexDate: CalendarDate?
  /// Language of the texts (BCP 47); empty = all.
  public var language = ""

  /// Asks for the newest version of the only trial.
  public init() {}
}
