import Glibc
import Synchronization

/// Holds whoever comes until it is opened; for good after that.
final class Gate: Sendable {
  private let isOpen = Atomic<Bool>(false)
  private let waited = Atomic<Bool>(false)

  var isWaited: Bool { waited.load(ordering: .acquiring) }

  func wait() {
    waited.store(true, ordering: .releasing)
    while !isOpen.load(ordering: .acquiring) { usleep(200) }
  }

  func open() { isOpen.store(true, ordering: .releasing) }
}
