internal import ArgumentParser
internal import ClinicalCases
internal import Foundation

/// `trialgate test`: runs clinical cases against the built-in trial.
struct Test: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Runs clinical cases against the built-in trial.",
    discussion: """
      Each of CASES is a case file (YAML) or a directory of them. A case file names its base, a request \
      beside it, and lists cases: what each changes in the base and what must come out. Files whose \
      name begins with "base" or that are no case files (index.yaml) are passed over in directories.

      The last line is "N passed, N failed". Exit codes: 0 all passed; 1 a case failed; \
      65 a file is wrong; 66 a file cannot be read.

      Example: trialgate test Tests/Cases
      """)

  @Argument(help: "Case files, or directories of them.")
  var cases: [String]

  @Flag(help: "Name the cases that passed, too.")
  var verbose = false

  @Flag(help: "Stop at the first case that fails.")
  var failFast = false

  @Option(help: "A definition file (YAML or JSON) that takes the place of the built-in trial.")
  var definition: String?

  @Option(help: "Write a JUnit report to this file.")
  var junit: String?

  func run() throws {
    let replacement = try definition.map { try InputFile.read($0, what: "a definition") }
    var runner = CaseRunner(definition: replacement)
    var passed = 0
    var failed = 0
    var report = JUnitReport()
    for file in try files() where !failFast || failed == 0 {
      let directory = URL(filePath: file).deletingLastPathComponent()
      let reports: [CaseReport]
      do {
        reports = try runner.run(try InputFile.read(file, what: "a case file")) {
          try InputFile.read(directory.path + "/" + $0, what: "the base of the cases")
        }
      } catch let exit as ExitCode {
        throw exit
      } catch {
        throw CommandFailure.report("'\(file)' is no case file:\n\(error)", code: 65)
      }
      report.add(file, reports)
      for single in reports {
        if single.differences.isEmpty {
          passed += 1
          if verbose { print("passed  \(single.id)") }
        } else {
          failed += 1
          print("FAILED  \(single.id)  (\(file))")
          for difference in single.differences { print("        \(difference)") }
        }
      }
    }
    if let junit {
      guard FileManager.default.createFile(atPath: junit, contents: Data(report.text.utf8)) else {
        throw CommandFailure.report("cannot write '\(junit)'; choose another file", code: 73)
      }
    }
    print("\(passed) passed, \(failed) failed")
    if failed > 0 || passed == 0 { throw ExitCode(1) }
  }

  private func files() throws -> [String] {
    var found: [String] = []
    for path in cases {
      guard let attributes = try? FileManager.default.attributesOfItem(atPath: path) else {
        throw CommandFailure.report(
          "cannot read '\(path)'; give a case file or a directory", code: 66)
      }
      guard attributes[.type] as? FileAttributeType == .typeDirectory else {
        found.append(path)
        continue
      }
      let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
      found += names.filter(CaseRunner.isCaseFile).sorted().map { path + "/" + $0 }
    }
    return found
  }
}
