public import EligibilityCore

extension PublishedConfiguration {
  /// Finds the version that is to be described: by its digest, by its id, or the one that rules at a site
  /// on a date.
  ///
  /// - Throws: `ConfigurationError` for what is named and does not exist, or does not belong together.
  public func select(_ request: DescriptionRequest) throws(ConfigurationError) -> CompiledProtocol {
    if !request.protocolDigest.isEmpty { return try selectByDigest(request) }
    let trial = try find(trial: request.trial)
    let site = try find(site: request.site, of: trial)
    if let date = request.indexDate, site.revision("", on: date) == nil {
      throw ConfigurationError(
        subject: .siteRevision, field: "index_date",
        remedy: "leave it empty or give a date on which a revision of the site is in force")
    }
    if !request.protocolVersion.isEmpty {
      return try find(version: request.protocolVersion, of: trial)
    }
    return try ruling(in: trial, at: request.site, on: request.indexDate).0
  }

  /// A digest belongs to one version alone, so that it finds the trial too.
  private func selectByDigest(_ request: DescriptionRequest) throws(ConfigurationError)
    -> CompiledProtocol
  {
    let searched = request.trial.isEmpty ? trials : [try find(trial: request.trial)]
    for trial in searched {
      guard let found = trial.versions.first(where: { $0.digest == request.protocolDigest }) else {
        continue
      }
      _ = try find(site: request.site, of: trial)
      if !request.protocolVersion.isEmpty, request.protocolVersion != found.version {
        throw ConfigurationError(
          subject: .version, field: "protocol_version",
          remedy: "leave it empty or name the version that has the digest")
      }
      return found
    }
    throw ConfigurationError(
      subject: .digest, field: "protocol_digest",
      remedy: "leave it empty or give the digest of a version of this server")
  }
}
