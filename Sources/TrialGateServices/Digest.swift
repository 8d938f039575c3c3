internal import Crypto

/// SHA-256 digests, as lower-case hexadecimal text.
public enum Digest {
  /// The digest of bytes.
  public static func sha256(_ bytes: [UInt8]) -> String {
    var hash = SHA256()
    hash.update(data: bytes)
    return Hexadecimal.text(Array(hash.finalize()))
  }

  /// The digest of a text's UTF-8.
  public static func sha256(_ text: String) -> String { sha256(Array(text.utf8)) }
}
