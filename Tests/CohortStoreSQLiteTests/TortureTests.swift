import Foundation
import StoreExercises
import Testing

/// The short forms of what `store-torture` does for longer.
struct TortureTests {
  @Test func fiftyKilledWriters() async throws {
    let report = try await aside {
      let scratch = try Scratch()
      var exercise = KillCycles(directory: scratch.path, seed: 1)
      return try exercise.run(cycles: 50)
    }
    #expect(report.faults == [])
    #expect(report.cycles == 50)
    #expect(report.acknowledged > 50)
  }

  /// In a process of its own, since every call of that process may fail.
  @Test func failingDisks() async throws {
    let (status, said) = try await aside {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: KillCycles.program)
      process.arguments = ["faults", "--stride", "500"]
      let output = Pipe()
      process.standardOutput = output
      try process.run()
      let said = output.fileHandleForReading.readDataToEndOfFile()
      process.waitUntilExit()
      return (process.terminationStatus, String(decoding: said, as: UTF8.self))
    }
    #expect(status == 0, "\(said)")
    #expect(said.hasSuffix("0 faults\n"))
  }
}
