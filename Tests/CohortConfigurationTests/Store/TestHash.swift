import CohortConfiguration
import Crypto

/// SHA-256 as the server has it.
let testHash: CohortConfiguration.HashFunction = { bytes in
  SHA256.hash(data: bytes).map { $0 < 16 ? "0" + String($0, radix: 16) : String($0, radix: 16) }
    .joined()
}
