import FuzzTargets

/// The entry that libFuzzer calls.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  HTTP2Target.run([UInt8](UnsafeBufferPointer(start: data, count: count)))
  return 0
}
