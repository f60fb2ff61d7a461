/*
 * The commit protocol between scheduler and enclave (docs/spec/protocol.md, ledger.md): what may die, get lost, come
 * twice or come late, and what must hold all the same. `make model` checks it, and that each broken variant is caught.
 *
 * Comments name the nine invariants of docs/promises.md by their numbers. What is durable survives a crash of its
 * process; all else does not. One database; a job is a submission and the serial that it builds on, as its hash says.
 *
 *   -DANSWER_FIRST    the enclave answers before outcome and leaf are on the disk
 *   -DNO_INTENT       it signs without writing down first what it has accepted
 *   -DNO_QUARANTINE   it gives up a job that fails at every start, and does not remember that
 *   -DTWO_COMMITS     outcome and leaf are two transactions
 *   -DANY_ANSWER      the scheduler believes answers to its earlier requests
 */
#define SUBMISSIONS 3 /* 0 and 1 are the scheduler's; 2 is that of whoever has an old copy of its directory */
#define SERIALS 4     /* 0 to 3: each submission raises the serial by one */
#define JOBS 12
#define JOB(submission, predecessor) ((submission) * SERIALS + (predecessor))
#define SUBMISSION(job) ((job) / SERIALS)
#define PREDECESSOR(job) ((job) % SERIALS)
#define NONE 255
#define ATTEMPTS 2    /* starts that try to finish one job; the enclave allows five attempts in all */

mtype = { waiting, signed, refused };      /* what became of a submission */
mtype = { nothing, outcome, stale, there, held, locked }; /* answers */

/* The enclave's ledger, durable. */
byte outcomes[JOBS]; /* the serial that a job led to; 0: none */
bool present[SUBMISSIONS]; /* in the database */
bool quarantined[JOBS];
byte intent = NONE, attempts, serial, leaves;

/* The scheduler's directory, durable. */
mtype state[2] = waiting;
byte asked = NONE, known, head; /* the job that waits for an answer; the serial and the log size last seen */

/* The line. An answer counts only for the request in force: a new nonce makes nothing of what is still on its way. */
byte request = NONE, old = NONE;
bool serving; /* the enclave works on the request in force */
bool shown;   /* the newest head that the scheduler has, after a start of the enclave */
mtype answer = nothing;
byte answerSerial, answerLog;
bool ever[JOBS]; /* requests that were ever made; any of them may come again, at any time */

/* How often things go wrong: enough for every order of events, and few enough to look at all of them. */
byte crashes = 2, losses = 2, repeats = 2;

/* What the world knows, and no process reads. */
byte poison = NONE;   /* the submission whose signature never comes */
byte said[JOBS];      /* the serial that answers gave for a job */
byte owner[SERIALS];  /* the job that answers gave a serial to */
byte keyed[SERIALS];  /* the job for which the keys signed a serial */
bool accepted[JOBS];

#define CRASH_HERE                                  \
    if                                              \
    :: crashes > 0 -> crashes--; goto crashed       \
    :: true                                         \
    fi

/* What leaves the enclave leaves it for good, whether or not it arrives. */
inline leave(job, signedSerial) {
    d_step {
        assert(outcomes[job] == signedSerial && leaves >= signedSerial); /* 1: durable before it leaves */
        assert(said[job] == 0 || said[job] == signedSerial);             /* 7: the same job, the same answer */
        assert(owner[signedSerial] == NONE || owner[signedSerial] == job); /* 4: one content per serial */
        said[job] = signedSerial;
        owner[signedSerial] = job;
        reply(outcome, signedSerial)
    }
}

inline reply(kind, number) {
    if
    :: serving -> answer = kind; answerSerial = number; answerLog = leaves
    :: else
    fi;
    serving = false
}

/* The repository's and the log's key sign one job for one serial, unless that job was given up for ever. */
inline sign(job) {
    d_step {
        assert(keyed[serial + 1] == NONE || keyed[serial + 1] == job || quarantined[keyed[serial + 1]]);
        assert(!quarantined[job]);
        keyed[serial + 1] = job
    }
}

inline commit(job) {
#ifdef TWO_COMMITS
    d_step { serial++; outcomes[job] = serial; present[SUBMISSION(job)] = true; intent = NONE; attempts = 0 }
    CRASH_HERE;
    leaves++
#else
    d_step { serial++; outcomes[job] = serial; present[SUBMISSION(job)] = true; intent = NONE; attempts = 0; leaves++ }
#endif
}

#define MAY_BE_DONE(job) (outcomes[job] == 0 && !quarantined[job] && PREDECESSOR(job) == serial)
#define IS_SETTLED(job) (outcomes[job] != 0 || quarantined[job] || intent == job)

/* What holds whenever the enclave opens its link. */
inline audit() {
    d_step {
        assert(serial == leaves); /* 1 and 4: a leaf and a serial for each outcome */
        number = 0;
        do
        :: number < JOBS ->
            assert(!accepted[number] || IS_SETTLED(number)); /* 9: nothing accepted is forgotten */
            assert(!(outcomes[number] != 0 && quarantined[number]));
            assert(outcomes[number] == 0 || outcomes[number] == PREDECESSOR(number) + 1); /* 4 */
            number++
        :: else -> break
        od;
        number = 0
    }
}

proctype Enclave() {
    byte job = NONE, number;

start: /* The disk could be an old one: what is in the log may be told again, and nothing is signed. */
    audit();

endLocked:
    if
    :: atomic { shown -> shown = false; assert(head <= leaves) }; goto work
    :: atomic { !shown && request != NONE -> job = request; request = NONE; serving = true }
    :: atomic { old != NONE -> job = old; old = NONE }
    fi;
    CRASH_HERE;
    if
    :: outcomes[job] != 0 -> leave(job, outcomes[job])
    :: else -> d_step { reply(locked, serial) }
    fi;
    job = NONE;
    goto endLocked;

work: /* Once its log is known to be the newest, an accepted job is finished first, and needs nobody for it. */
    CRASH_HERE;
    if
    :: intent == NONE
    :: intent != NONE && attempts >= ATTEMPTS ->
        d_step {
#ifndef NO_QUARANTINE
            quarantined[intent] = true;
#else
            accepted[intent] = false;
#endif
            intent = NONE; attempts = 0
        }
    :: intent != NONE && attempts < ATTEMPTS ->
        attempts++;
        CRASH_HERE;
        if
        :: SUBMISSION(intent) == poison -> goto crashed
        :: else -> sign(intent)
        fi;
        CRASH_HERE;
        commit(intent)
    fi;
    CRASH_HERE;
    audit();

end: /* One request at a time. */
    do
    :: atomic { request != NONE -> job = request; request = NONE; serving = true }; goto asked_for
    :: atomic { old != NONE -> job = old; old = NONE }; goto asked_for
    od;

asked_for:
    CRASH_HERE;
    if
    :: outcomes[job] != 0 -> leave(job, outcomes[job])
    :: outcomes[job] == 0 && quarantined[job] -> d_step { reply(held, serial) }
    :: outcomes[job] == 0 && !quarantined[job] && PREDECESSOR(job) != serial -> d_step { reply(stale, serial) }
    :: MAY_BE_DONE(job) && present[SUBMISSION(job)] -> d_step { reply(there, serial) }
    :: MAY_BE_DONE(job) && !present[SUBMISSION(job)] ->
#ifdef NO_INTENT
        accepted[job] = true;
#else
        d_step { intent = job; accepted[job] = true }
#endif
        CRASH_HERE;
        if
        :: SUBMISSION(job) == poison -> goto crashed
        :: else -> sign(job)
        fi;
        CRASH_HERE;
#ifdef ANSWER_FIRST
        leave(job, serial + 1);
        commit(job)
#else
        commit(job);
        CRASH_HERE;
        leave(job, outcomes[job])
#endif
    fi;
    job = NONE;
    audit();
    goto end;

crashed: /* The connection ends with the process, and what was on it is gone. */
    skip;
    d_step {
        job = NONE; request = NONE; old = NONE; serving = false; shown = false;
        answer = nothing; answerSerial = 0; answerLog = 0
    }
    goto start
}

/* Takes an answer: what became of the submission, or that it waits for another job. */
inline take() {
    known = answerSerial;
    asked = NONE; answer = nothing; answerSerial = 0; answerLog = 0
}

/* Asks for one job until it has an answer, and for the same one after a crash: `asked` is on its disk. */
proctype Scheduler() {
again:
    atomic {
        if
        :: asked == NONE && state[0] == waiting -> asked = JOB(0, known)
        :: asked == NONE && state[1] == waiting -> asked = JOB(1, known)
        :: asked == NONE && state[0] != waiting && state[1] != waiting -> goto done
        :: asked != NONE
        fi;
        request = asked; ever[asked] = true;
#ifndef ANY_ANSWER
        serving = false; answer = nothing; answerSerial = 0; answerLog = 0
#endif
    }
    if
    :: atomic { answer == outcome ->
            assert(answerLog >= head); /* an enclave that forgot would be found out */
            assert(outcomes[asked] == answerSerial); /* it says what is so, and about this job */
            head = answerLog; state[SUBMISSION(asked)] = signed; take()
        }
    :: atomic { answer == stale -> take() }
    :: atomic { answer == locked -> shown = true; answer = nothing; answerSerial = 0; answerLog = 0 }
    :: atomic { answer == held -> state[SUBMISSION(asked)] = refused; take() }
    :: answer == there -> assert(false) /* its own submissions are in by its own jobs only */
    :: request == NONE && !serving && answer == nothing /* nobody will answer */
    :: atomic { losses > 0 -> losses-- } /* a crash, or no patience */
    fi;
    goto again;
done:
    skip
}

/* Loses requests and answers, and brings old requests again in any order. */
proctype Line() {
    byte number;

end:
    do
    :: atomic { losses > 0 && request != NONE -> losses--; request = NONE }
    :: atomic { losses > 0 && shown -> losses--; shown = false }
    :: atomic { losses > 0 && answer != nothing -> losses--; answer = nothing; answerSerial = 0; answerLog = 0 }
    :: atomic {
            repeats > 0 && old == NONE -> number = 0;
            do
            :: number < JOBS && ever[number] -> old = number; break
            :: number < JOBS - 1 -> number++
            :: number == JOBS - 1 -> break
            od;
            number = 0; repeats--
        }
    od
}

init {
    byte number;

    atomic {
        do
        :: number < SERIALS -> owner[number] = NONE; keyed[number] = NONE; number++
        :: else -> break
        od;
        ever[JOB(2, 0)] = true; ever[JOB(2, 1)] = true; ever[JOB(2, 2)] = true;
        if
        :: poison = 0
        :: poison = 2
        :: true
        fi;
        number = 0;
        run Enclave(); run Scheduler(); run Line()
    }
}

/* 9: every submission ends as signed or as refused with a reason, whatever dies and whatever gets lost. */
ltl settled { <> (state[0] != waiting && state[1] != waiting) }
