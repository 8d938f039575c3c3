internal import CohortConfiguration
internal import Foundation
internal import Logging
internal import RPC
internal import TrialGateServices

/// Opens the configuration of a data directory.
enum ConfigurationOpening {
  /// The store of a data directory, which is this process's own.
  static func store(in directory: String) throws -> any CohortStore {
    InMemoryCohortStore(hash: Digest.sha256)
  }

  /// The configuration service of a data directory; an empty one gets the built-in trials.
  ///
  /// - Throws: exit code 65 where the store is not as it was written.
  static func service(in directory: String, _ logger: Logger?) throws -> ConfigurationService {
    do {
      let service = try ConfigurationService(
        store: try store(in: directory), bundled: try BuiltInConfiguration.bundle()
      ) { Int64(Date().timeIntervalSince1970 * 1_000) }
      logger?.info(
        "configuration opened", metadata: ["audit_entries": "\(service.state.head.sequence)"])
      return service
    } catch let error as ConfigurationOpeningError {
      throw CommandFailure.report("the configuration cannot be opened: \(error)", code: 65)
    }
  }

  /// Tells health and log that the store began to fail, or works again. Evaluation goes on either way.
  static func tell(_ failure: StoreError?, _ health: HealthState, _ logger: Logger) {
    health.set(ConfigurationService.name, to: failure == nil ? .serving : .notServing)
    if let failure {
      logger.error("the configuration store fails", metadata: ["error": "\(failure)"])
    } else {
      logger.notice("the configuration store works again")
    }
  }
}
