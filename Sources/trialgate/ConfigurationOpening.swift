internal import CohortConfiguration
internal import CohortStoreSQLite
internal import Foundation
internal import Logging
internal import MessageCoding
internal import RPC
internal import TrialGateServices

/// Opens the configuration of a data directory.
enum ConfigurationOpening {
  /// The store of a data directory, which is this process's own.
  ///
  /// - Throws: exit code 65 where it is not as it was written, or a newer program wrote it; 74 where it cannot be
  ///   used.
  static func store(in directory: String) throws -> any CohortStore {
    do throws(StoreError) {
      return try SQLiteCohortStore(directory: directory, hash: Digest.sha256)
    } catch {
      let code: Int32 =
        switch error {
        case .corrupt, .newerSchema: 65
        default: 74
        }
      throw CommandFailure.report("the configuration cannot be opened: \(error)", code: code)
    }
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
    health.set(ContractNames.configurationService, to: failure == nil ? .serving : .notServing)
    if let failure {
      logger.error("the configuration store fails", metadata: ["error": "\(failure)"])
    } else {
      logger.notice("the configuration store works again")
    }
  }
}
