import Cryptography
import Foundation
import TestSupport
import Testing
import TransparencyLog

private struct NoteVector: Decodable {
    var vkey: String
    var keyName: String
    var keyIdHex: String
    var publicKeyHex: String
    var text: String
    var note: String

    static func read() throws -> NoteVector {
        let file = URL(filePath: RepositoryRoot.vector("c2sp-note/note.json"))
        return try JSONDecoder().decode(NoteVector.self, from: Data(contentsOf: file))
    }

    func noteKey() throws -> NoteKey { try NoteKey(parsing: vkey) }
}

private func signed(_ text: String, by seed: UInt8, named name: String) throws -> (key: NoteKey, line: NoteSignature) {
    let privateKey = try Ed25519PrivateKey(seed: [UInt8](repeating: seed, count: 32))
    let key = try NoteKey(name: name, key: privateKey.publicKey)
    return (key, NoteSignature(by: key, try privateKey.sign(Array(text.utf8))))
}

@Test("the published note verifies with the published key, and both are written as they were read")
func publishedNote() throws {
    let vector = try NoteVector.read()
    let key = try vector.noteKey()
    #expect(key.name == vector.keyName)
    #expect(Hex.encode(key.id) == vector.keyIdHex)
    #expect(key.key.hex == vector.publicKeyHex)
    #expect(key.text == vector.vkey)
    let note = try SignedNote(parsing: Array(vector.note.utf8))
    #expect(note.text == vector.text)
    #expect(note.isSigned(by: key))
    #expect(note.bytes == Array(vector.note.utf8))
}

@Test("text and signatures divide at the last empty line")
func emptyLinesInText() throws {
    let text = "one\n\ntwo\n\n\nthree\n"
    let (key, line) = try signed(text, by: 1, named: "log.example/a")
    let note = try SignedNote(parsing: SignedNote(text: text, signatures: [line]).bytes)
    #expect(note.text == text)
    #expect(note.isSigned(by: key))
}

@Test("signatures by keys that are not known do not matter, even sixteen of them")
func unknownKeys() throws {
    let text = "log.example\n1\nAAAA\n"
    let lines = try (1...16).map { try signed(text, by: $0, named: "witness.example/\($0)").line }
    let (key, own) = try signed(text, by: 99, named: "log.example")
    let note = try SignedNote(parsing: SignedNote(text: text, signatures: lines + [own]).bytes)
    #expect(note.isSigned(by: key))
    #expect(try !SignedNote(text: text, signatures: lines).isSigned(by: key))
}

@Test("one bad signature by a known key spoils the note, whatever stands beside it")
func badSignature() throws {
    let (key, good) = try signed("text\n", by: 1, named: "log.example")
    let (_, bad) = try signed("other\n", by: 1, named: "log.example")
    #expect(try SignedNote(text: "text\n", signatures: [good, good]).isSigned(by: key))
    #expect(try !SignedNote(text: "text\n", signatures: [good, bad]).isSigned(by: key))
    #expect(try !SignedNote(text: "text\n", signatures: [bad]).isSigned(by: key))
}

@Test("a signature counts for no other key of the same name, and for no other name of the same key")
func otherKeys() throws {
    let (_, line) = try signed("text\n", by: 1, named: "log.example")
    let note = try SignedNote(text: "text\n", signatures: [line])
    #expect(try !note.isSigned(by: signed("", by: 2, named: "log.example").key))
    #expect(try !note.isSigned(by: signed("", by: 1, named: "log.example/2").key))
}

@Test(
    "a malformed note is an error",
    arguments: [
        "", "\n", "text\n", "text\n\n", "text\n\nno dash\n", "text\n\n\u{2014} name\n", "text\n\n\u{2014} name AAAA\n",
        "text\n\n\u{2014} name !!!!!!!!\n", "text\n\n\u{2014} na+me AAAAAAAA\n", "text\n\n\u{2014}  AAAAAAAA\n",
        "text\n\n\u{2014} name AAAAAAAA", "te\u{1}xt\n\n\u{2014} name AAAAAAAA\n",
        "te\rxt\n\n\u{2014} name AAAAAAAA\n", "te\u{85}xt\n\n\u{2014} name AAAAAAAA\n",
        "text\n\n\u{2014} name AAAAAAAA \n", "text\n\n- name AAAAAAAA\n", "text\n\n\u{2014} name AAAAAAAA\r\n",
    ])
func malformedNotes(text: String) {
    #expect(throws: TransparencyLogError.self) { try SignedNote(parsing: Array(text.utf8)) }
}

@Test("a note that is not UTF-8 or too long is an error")
func hostileNotes() throws {
    #expect(throws: TransparencyLogError.self) { try SignedNote(parsing: [0xff, 0x0a, 0x0a]) }
    #expect(throws: TransparencyLogError.self) {
        try SignedNote(parsing: [UInt8](repeating: UInt8(ascii: "a"), count: 1 << 20))
    }
    let (_, line) = try signed("text\n", by: 1, named: "log.example")
    let many = [NoteSignature](repeating: line, count: 65)
    #expect(throws: TransparencyLogError.self) { try SignedNote(text: "text\n", signatures: many) }
    #expect(throws: TransparencyLogError.self) { try SignedNote(text: "text", signatures: [line]) }
}

@Test(
    "a key's text must have a plain name, its own id and an Ed25519 key",
    arguments: [
        "", "example.com/foo", "example.com/foo+530d903a",
        "example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/fo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530d903a+BOkyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3Q",
    ])
func malformedKeys(text: String) {
    #expect(throws: TransparencyLogError.self) { try NoteKey(parsing: text) }
}

@Test("a key's text may have plus signs in its base64")
func plusInBase64() throws {
    let key = try NoteKey(name: "log.example", key: Ed25519PublicKey(bytes: [UInt8](repeating: 0xfb, count: 32)))
    #expect(key.text.split(separator: "+").count > 3)
    #expect(try NoteKey(parsing: key.text) == key)
}

@Test("a checkpoint is three lines and is written as it was read")
func checkpoint() throws {
    let root = SHA256.digest(of: [1])
    let checkpoint = try Checkpoint(origin: "log.example/1", size: 42, root: root)
    #expect(checkpoint.text == "log.example/1\n42\n\(Base64.encode(root.bytes))\n")
    #expect(try Checkpoint(parsing: checkpoint.text) == checkpoint)
}

@Test(
    "a checkpoint with other lines, sizes or roots is an error",
    arguments: [
        "", "o\n1\n", "o\n01\nROOT\n", "o\n-1\nROOT\n", "o\n+1\nROOT\n", "o\n18446744073709551616\nROOT\n",
        "o\n1\nROOT", "o\n1\nROOT\nextension\n", "o\n1\nAAAA\n", "\n1\nROOT\n", "o o\n1\nROOT\n", "o+o\n1\nROOT\n",
        "o\n\nROOT\n", "o\n1 \nROOT\n", "o\r\n1\nROOT\n",
    ])
func malformedCheckpoints(pattern: String) {
    let root = Base64.encode(MerkleTree.emptyRoot.bytes)
    let text = pattern.replacingOccurrences(of: "ROOT", with: root)
    #expect(throws: TransparencyLogError.self) { try Checkpoint(parsing: text) }
}

private func proof(of index: UInt64, in size: UInt64) throws -> (proof: TransparencyProof, key: NoteKey) {
    let entry = { (index: UInt64) in MerkleTree.leafHash([UInt8(index)]) }
    let root = MerkleTree.root(of: 0..<size, leafHash: entry)
    let text = try Checkpoint(origin: "log.example", size: size, root: root).text
    let (key, line) = try signed(text, by: 7, named: "log.example")
    let hashes = MerkleTree.inclusionProof(of: index, in: size, leafHash: entry)
    return (
        TransparencyProof(index: index, hashes: hashes, note: try SignedNote(text: text, signatures: [line])), key
    )
}

@Test("a proof proves its entry under its log and nothing else")
func transparencyProof() throws {
    let (made, key) = try proof(of: 5, in: 9)
    let proof = try TransparencyProof(parsing: made.bytes)
    #expect(proof == made)
    #expect(proof.checkpoint(proving: [5], log: key)?.size == 9)
    #expect(proof.checkpoint(proving: [6], log: key) == nil)
    let other = try signed("", by: 8, named: "log.example").key
    #expect(proof.checkpoint(proving: [5], log: other) == nil)
    let renamed = try NoteKey(name: "log.example/2", key: key.key)
    #expect(proof.checkpoint(proving: [5], log: renamed) == nil)
}

@Test("the proof on file, which openssl signed, is what we write and proves its entry")
func proofOnFile() throws {
    let read = { (name: String) in
        try Data(contentsOf: URL(filePath: RepositoryRoot.vector("tlog-proof/\(name)")))
    }
    let file = try Array(read("leaf-5-of-9.tlog-proof"))
    let key = try NoteKey(parsing: String(decoding: read("vkey").dropLast(), as: UTF8.self))
    let (made, ourKey) = try proof(of: 5, in: 9)
    #expect(made.bytes == file)
    #expect(ourKey == key)
    #expect(try TransparencyProof(parsing: file).checkpoint(proving: [5], log: key)?.size == 9)
}

@Test("a log's key proves nothing about a checkpoint of another log that it also signed")
func foreignOrigin() throws {
    let text = try Checkpoint(origin: "other.example", size: 1, root: MerkleTree.leafHash([5])).text
    let (key, line) = try signed(text, by: 7, named: "log.example")
    let note = try SignedNote(text: text, signatures: [line])
    #expect(note.isSigned(by: key))
    #expect(TransparencyProof(index: 0, hashes: [], note: note).checkpoint(proving: [5], log: key) == nil)
}

@Test("a proof may have an extra line, and no other")
func extraLine() throws {
    let text = String(decoding: try proof(of: 1, in: 3).proof.bytes, as: UTF8.self)
    let extra = text.replacingOccurrences(of: "v1\nindex", with: "v1\nextra AAAA\nindex")
    #expect(try TransparencyProof(parsing: Array(extra.utf8)) == proof(of: 1, in: 3).proof)
    for (old, new) in [
        ("@v1", "@v2"), ("index 1", "index 01"), ("index 1\n", ""), ("index", "extra AAAA\nextra AAAA\nindex"),
    ] {
        let changed = text.replacingOccurrences(of: old, with: new)
        #expect(throws: TransparencyLogError.self, "\(old)") { try TransparencyProof(parsing: Array(changed.utf8)) }
    }
}

@Test("mutated notes, proofs, keys and ranges are refused or read, and never verify as another text")
func mutations() throws {
    let seed = UInt64.random(in: 0...(.max))
    var random = SplitMix64(seed: seed)
    let (made, key) = try proof(of: 5, in: 9)
    let bytes = made.bytes
    for _ in 0..<800 {
        var changed = bytes
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            let place = Int.random(in: 0..<changed.count, using: &random)
            switch Int.random(in: 0..<3, using: &random) {
            case 0: changed[place] = UInt8.random(in: 0...255, using: &random)
            case 1: changed.remove(at: place)
            default: changed.insert(changed[Int.random(in: 0..<changed.count, using: &random)], at: place)
            }
        }
        if let proof = try? TransparencyProof(parsing: changed),
            let checkpoint = proof.checkpoint(proving: [5], log: key)
        {
            #expect(checkpoint.text == made.note.text, "seed \(seed)")
            #expect(proof.index == 5 && proof.hashes == made.hashes, "seed \(seed)")
        }
        _ = try? SignedNote(parsing: changed)
        _ = try? CompactRange(parsing: changed)
        _ = try? NoteKey(parsing: String(decoding: changed.prefix(80), as: UTF8.self))
    }
}
