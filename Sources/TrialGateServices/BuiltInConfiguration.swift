public import CohortConfiguration
public import EligibilityCore
internal import MessageCoding

/// The configuration that the binary carries: the built-in trials, at one site and where none is named.
public enum BuiltInConfiguration {
  /// Compiles every built-in definition.
  ///
  /// - Parameters:
  ///   - readings: settings of knobs that take the place of the definitions' own.
  ///   - upperLimits: reference ranges of the site.
  /// - Throws: `BuiltInConfigurationError`: a reading that the definition does not have, or a faulty
  ///   build.
  public static func load(
    readings: [Reading] = [], upperLimits: [SiteContext.UpperLimit] = []
  ) throws(BuiltInConfigurationError) -> PublishedConfiguration {
    try load(
      EmbeddedResources.definitions.map { ($0.name, $0.text) }, readings: readings,
      upperLimits: upperLimits)
  }

  /// Compiles a definition that takes the place of the built-in ones, at the same sites.
  ///
  /// - Parameters:
  ///   - definition: the text of a definition file.
  ///   - name: what errors call it.
  /// - Throws: `BuiltInConfigurationError` with every error of the definition.
  public static func load(
    definition: String, name: String, readings: [Reading] = [],
    upperLimits: [SiteContext.UpperLimit] = []
  ) throws(BuiltInConfigurationError) -> PublishedConfiguration {
    try load([(name, definition)], readings: readings, upperLimits: upperLimits)
  }

  private static func load(
    _ definitions: [(name: String, text: String)], readings: [Reading],
    upperLimits: [SiteContext.UpperLimit]
  ) throws(BuiltInConfigurationError) -> PublishedConfiguration {
    var trials: [PublishedTrial] = []
    var encoded: [String: [UInt8]] = [:]
    for definition in definitions {
      let (program, document) = try compile(definition, readings)
      encoded[program.digest] = document.canonicalBytes
      trials.append(
        PublishedTrial(id: program.trial, versions: [program], sites: sites(upperLimits)))
    }
    return PublishedConfiguration(
      revision: PublishedConfiguration.revision(of: trials, digest: Digest.sha256), trials: trials,
      definitions: encoded)
  }

  private static func compile(_ source: (name: String, text: String), _ readings: [Reading])
    throws(BuiltInConfigurationError) -> (CompiledProtocol, DefinitionDocument)
  {
    do {
      let document = try DefinitionDocument(source.text, readings: readings)
      let program = try CompiledProtocol(
        document.definition, digest: Digest.sha256(document.canonicalBytes))
      return (program, document)
    } catch {
      throw BuiltInConfigurationError(description: "\(source.name): \(error)")
    }
  }

  /// Shanghai Changzheng Hospital, and Asia/Shanghai where no site is named.
  private static func sites(_ upperLimits: [SiteContext.UpperLimit]) -> [Site] {
    siteRevisions(upperLimits).map {
      Site(id: $0.id, revisions: [$0.revision], digest: Digest.sha256)
    }
  }

  private static func siteRevisions(
    _ upperLimits: [SiteContext.UpperLimit]
  ) -> [(id: String, displayName: String, revision: SiteRevision)] {
    let changzheng = SiteRevision(
      id: "1", effectiveFrom: nil, timeZone: .shanghai, consentVersion: "2.0",
      upperLimits: upperLimits)
    let unnamed = SiteRevision(
      id: "1", effectiveFrom: nil, timeZone: .shanghai, consentVersion: nil)
    return [
      ("changzheng", "Shanghai Changzheng Hospital", changzheng),
      ("", "Requests that name no site", unnamed),
    ]
  }

  /// The built-in trials as an empty store is filled with them, at the same sites.
  ///
  /// - Throws: `BuiltInConfigurationError` for a faulty build.
  public static func bundle() throws(BuiltInConfigurationError) -> [BundledTrial] {
    var trials: [BundledTrial] = []
    for definition in EmbeddedResources.definitions {
      do {
        let document = try DefinitionDocument(definition.text)
        let titles = document.definition.titles
        trials.append(
          BundledTrial(
            trial: document.definition.trial, version: document.definition.version,
            definition: document.canonicalBytes,
            displayName: (titles.first { $0.language == "en" } ?? titles.first)?.text ?? "",
            sites: siteRevisions([])))
      } catch {
        throw BuiltInConfigurationError(description: "\(definition.name): \(error)")
      }
    }
    return trials
  }
}

/// A built-in definition that does not compile.
public struct BuiltInConfigurationError: Error, Sendable, CustomStringConvertible {
  /// What is wrong with which definition.
  public var description: String
}
