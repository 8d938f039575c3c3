import CohortConfiguration
import Foundation
import GRDB
import StoreExercises

@testable import CohortStoreSQLite

/// A directory of a test's own, removed with it.
final class Scratch {
  let path: String

  init() throws {
    path =
      FileManager.default.temporaryDirectory
      .appendingPathComponent("store-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }

  var file: String { "\(path)/\(SQLiteCohortStore.fileName)" }

  func open() throws -> SQLiteCohortStore {
    try SQLiteCohortStore(directory: path, hash: storeHash)
  }

  /// The file as anybody may open it, without the rules of the store.
  func raw() throws -> DatabaseQueue {
    try DatabaseQueue(path: file)
  }

  func size(_ suffix: String = "") throws -> Int {
    try FileManager.default.attributesOfItem(atPath: file + suffix)[.size] as? Int ?? 0
  }

  /// A closed store with entries: 1 creates cohort `a`, 2 changes it, 3 creates a site's revision.
  func filled() throws -> ChainWriter {
    let store = try open()
    var chain = ChainWriter(try store.snapshot())
    try chain.commit([(cohort, [1])], to: store)
    try chain.commit([(cohort, [2])], to: store)
    try chain.commit([(ResourceKey(.siteRevision, "r"), [3])], to: store)
    try store.close()
    return chain
  }
}

let cohort = ResourceKey(.cohort, "a")

/// The error of something that must fail.
func failure(_ body: () throws(StoreError) -> Void) -> StoreError? {
  do throws(StoreError) {
    try body()
    return nil
  } catch {
    return error
  }
}

/// The same of something that may fail in any way.
func storeFailure(_ body: () throws -> Void) -> StoreError? {
  do {
    try body()
    return nil
  } catch {
    return error as? StoreError
  }
}

/// Runs something that blocks for long on a thread of its own, and keeps none of the tests' threads waiting.
func aside<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
  try await withCheckedThrowingContinuation { continuation in
    Thread { continuation.resume(with: Result { try body() }) }.start()
  }
}
