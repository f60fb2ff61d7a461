import Attestation

/// The policy source that `reposeal policy template` prints.
enum PolicyTemplate {
    private static let day: UInt64 = 86400

    /// A source that is valid from the beginning of a day, in Unix seconds, for a year.
    static func text(startingAt now: UInt64) -> String {
        let start = Timestamp(seconds: now / day * day)?.text ?? ""
        let end = Timestamp(seconds: (now / day + 365) * day)?.text ?? ""
        return body.replacing("START", with: start).replacing("END", with: end)
    }

    private static let body = """
        {
          "format": "reposeal-policy-1",
          "distribution": "Example Linux",
          "version": 1,
          "previous": "",
          "notBefore": "START",
          "expires": "END",
          "notationDomain": "reposeal.example.org",
          "people": [
            {"id": "alice", "roles": ["developer", "sysop", "trustee"], "revokedFingerprints": [],
             "certificates": [{"certificateFile": "alice.pgp"}]},
            {"id": "bob", "roles": ["developer", "sysop", "trustee"], "revokedFingerprints": [],
             "certificates": [{"certificateFile": "bob.pgp"}]},
            {"id": "carol", "roles": ["sysop", "trustee"], "revokedFingerprints": [],
             "certificates": [{"certificateFile": "carol.pgp"}]}
          ],
          "machines": [
            {"id": "builder1", "operator": "example-datacentre", "roles": ["builder"],
             "publicKeyFile": "builder1.key.pub"},
            {"id": "builder2", "operator": "example-university", "roles": ["builder"],
             "publicKeyFile": "builder2.key.pub"}
          ],
          "schedulers": [
            {"id": "scheduler", "publicKeyFile": "request.key.pub"}
          ],
          "enclave": {
            "epoch": 1,
            "logOrigin": "reposeal.example.org/log",
            "logKeyFile": "log.pub",
            "answerKeyFile": "answer.pub",
            "repositoryKeys": [{"certificateFile": "repository.pub", "demonstration": false}],
            "restart": "peer"
          },
          "quorums": {
            "policy": {"role": "sysop", "threshold": 2},
            "import": {"role": "sysop", "threshold": 2},
            "override": {"role": "sysop", "threshold": 2},
            "revocation": {"role": "sysop", "threshold": 2},
            "clock": {"role": "sysop", "threshold": 2},
            "recovery": {"role": "trustee", "threshold": 3}
          },
          "repositories": [
            {"name": "extra", "architectures": ["x86_64"], "key": "FINGERPRINT OF A REPOSITORY KEY",
             "monotonic": "allTime", "databaseValiditySeconds": 1209600,
             "admission": [
               [{"kind": "sourceApproval", "role": "developer", "threshold": 2, "distinctFrom": []},
                {"kind": "buildRecord", "role": "builder", "threshold": 2, "distinctFrom": []}],
               [{"kind": "packageApproval", "role": "developer", "threshold": 2, "distinctFrom": []}]
             ],
             "removal": {"role": "developer", "threshold": 2},
             "promotesFrom": [], "acceptsSubstitution": [],
             "debugCompanion": "", "replacesFrom": [],
             "rate": {"changes": 0, "seconds": 0, "reserved": 0, "urgentRole": ""}}
          ],
          "limits": {
            "maxStatementBytes": 1048576,
            "maxJobPackages": 1000,
            "maxJobBytes": 67108864,
            "maxAbsenceSeconds": 2592000,
            "acceptedEarlierPolicies": 0,
            "recoveryDelaySeconds": 604800
          }
        }
        """
}
