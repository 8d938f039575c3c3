import Foundation
import Synchronization

/// Bytes of the small stack.
let smallStackSize = 512 << 10

/// Runs a body on a thread of its own with a stack of 512 KiB, far less than a main thread has, and waits
/// for it. What recurses too deep ends the process.
func onSmallStack<Result: Sendable>(_ body: @escaping @Sendable () -> Result) -> Result? {
  let place = ResultPlace<Result>()
  let done = DispatchSemaphore(value: 0)
  let thread = Thread {
    let value = body()
    place.result.withLock { $0 = value }
    done.signal()
  }
  thread.stackSize = smallStackSize
  thread.start()
  done.wait()
  return place.result.withLock { $0 }
}

private final class ResultPlace<Result: Sendable>: Sendable {
  let result = Mutex<Result?>(nil)
}
