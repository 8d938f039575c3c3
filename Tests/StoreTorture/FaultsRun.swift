internal import ArgumentParser
internal import CohortConfiguration
internal import CohortStoreSQLite
internal import DiskFaults
internal import Foundation
internal import StoreExercises

/// Disks that fail.
struct FaultsRun: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "faults",
    abstract: "Lets the disk fail at the first call, at the second, and so on, until none is left.",
    discussion:
      "A failure while reading, writing or flushing is a clear error or none, and never other data."
  )

  @Option(help: "Of the calls that read and write, take only every so many.")
  var stride = 20

  func run() throws {
    var faults: [String] = []
    for disk in BadDisk.all {
      var calls = 0
      var refused = 0
      var after = 0
      while true {
        var outcome = DiskTrial.Outcome()
        let call = after
        try inScratch { directory in
          let trial = DiskTrial(directory: directory, disk: disk, after: call)
          outcome = try trial.run()
        }
        if !outcome.isReached { break }
        after += disk.isFlush ? 1 : stride
        calls += 1
        refused += outcome.refused
        faults += outcome.faults.map { "\(disk.name), call \(call): \($0)" }
      }
      print(
        "\(disk.name): failing from each of \(calls) calls on, of about \(after), \(refused) answers were errors"
      )
      if calls == 0 { faults.append("\(disk.name): no call failed") }
    }
    try conclude(faults)
  }
}

/// A way for a disk to fail.
struct BadDisk {
  let name: String
  let call: disk_faults_call
  let error: Int32

  static let all = [
    BadDisk(name: "a disk that cannot read", call: DISK_FAULTS_READ, error: EIO),
    BadDisk(name: "a disk that cannot write", call: DISK_FAULTS_WRITE, error: EIO),
    BadDisk(name: "a disk that is full", call: DISK_FAULTS_WRITE, error: ENOSPC),
    BadDisk(name: "a disk that does not flush", call: DISK_FAULTS_SYNC, error: EIO),
  ]

  var isFlush: Bool { call == DISK_FAULTS_SYNC }
}

/// A store on a disk that fails from a call on, and then works again.
struct DiskTrial {
  /// What came of it.
  struct Outcome {
    /// Whether a call failed at all.
    var isReached = false
    var refused = 0
    var faults: [String] = []
  }

  let directory: String
  let disk: BadDisk
  let after: Int

  func run() throws -> Outcome {
    var outcome = Outcome()
    disk_faults_arm(disk.call, after, disk.error)
    defer { disk_faults_disarm() }
    var chain = ChainWriter(StoreSnapshot(resources: [], head: .none))
    do throws(StoreError) {
      let store = try SQLiteCohortStore(directory: directory, hash: storeHash)
      write(store, &chain, &outcome)
      outcome.isReached = disk_faults_count() > 0
      disk_faults_disarm()
      if outcome.isReached { goOn(store, &chain, &outcome) }
      try store.close()
    } catch {
      outcome.isReached = true
      outcome.refused += 1
      examine(error, &outcome)
    }
    disk_faults_disarm()
    try check(chain, &outcome)
    return outcome
  }

  private func write(
    _ store: SQLiteCohortStore, _ chain: inout ChainWriter, _ outcome: inout Outcome
  ) {
    for round in 0..<12 {
      do throws(StoreError) {
        // Every third is large: the log is moved into the file meanwhile.
        let payload = [UInt8](repeating: UInt8(round), count: round % 3 == 2 ? 1_100_000 : 300)
        try chain.commit([(ResourceKey(.cohort, "c\(round % 3)"), payload)], to: store)
      } catch {
        outcome.refused += 1
        examine(error, &outcome)
      }
      do throws(StoreError) {
        let seen = try store.snapshot()
        if seen.resources != chain.resources || seen.head != chain.head {
          outcome.faults.append("a snapshot shows other data")
        }
      } catch {
        outcome.refused += 1
        examine(error, &outcome)
        if disk.call != DISK_FAULTS_READ { outcome.faults.append("reading ended: \(error)") }
      }
    }
  }

  /// The disk works again, and the store is still open.
  private func goOn(
    _ store: SQLiteCohortStore, _ chain: inout ChainWriter, _ outcome: inout Outcome
  ) {
    do throws(StoreError) {
      let seen = try store.snapshot()
      if !disk.isFlush { try store.probe() }
      if seen.head != chain.head { outcome.faults.append("a later snapshot shows other data") }
      try chain.commit([(ResourceKey(.cohort, "later"), [1])], to: store)
      if disk.isFlush { outcome.faults.append("it goes on writing behind a failed flush") }
    } catch {
      if case .unavailable = error, disk.isFlush { return }
      outcome.faults.append("it does not go on: \(error)")
    }
  }

  private func examine(_ error: StoreError, _ outcome: inout Outcome) {
    switch (error, disk.error) {
    case (.readOnly, ENOSPC), (.unavailable, EIO): break
    // What cannot be read is lost, as far as SQLite knows.
    case (.corrupt, EIO) where disk.call == DISK_FAULTS_READ: break
    case (.uncertain, EIO) where disk.isFlush: break
    default: outcome.faults.append("the wrong error: \(error)")
    }
  }

  /// Everything that was acknowledged is there after opening anew; with a flush that failed, perhaps the change
  /// that was about to be kept as well.
  private func check(_ chain: ChainWriter, _ outcome: inout Outcome) throws {
    let store = try SQLiteCohortStore(directory: directory, hash: storeHash)
    let head = try AuditVerifier.verify(store, hash: storeHash)
    let snapshot = try store.snapshot()
    let isExact = head == chain.head && snapshot.resources == chain.resources
    let isOneMore = disk.isFlush && head.sequence == chain.head.sequence + 1
    if !isExact && !isOneMore {
      outcome.faults.append(
        "\(chain.head.sequence) were acknowledged, and \(head.sequence) are there")
    }
    if try store.request(ChainWriter.request(head.sequence + 1)) != nil {
      outcome.faults.append("a request is there without its entry")
    }
    try store.close()
  }
}
