/* What the programs in C share: the numbers that a run draws, as in stages/rl (xoshiro256++) but from
 * another seed, the size of the search, and the clock. */

#include <stdint.h>
#include <stdio.h>
#include <time.h>

#define LIMIT 500 /* steps of an episode */

typedef struct { double x, x_dot, theta, theta_dot; } State;

static uint64_t stream[4];

static void seed(uint64_t value) { /* splitmix64 */
    for (int i = 0; i < 4; i++) {
        uint64_t z = (value += 0x9e3779b97f4a7c15);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        stream[i] = z ^ (z >> 31);
    }
}

static inline double uniform(void) {
    uint64_t total = stream[0] + stream[3];
    uint64_t word = ((total << 23) | (total >> 41)) + stream[0];
    uint64_t shifted = stream[1] << 17;
    stream[2] ^= stream[0];
    stream[3] ^= stream[1];
    stream[1] ^= stream[2];
    stream[0] ^= stream[3];
    stream[2] ^= shifted;
    stream[3] = (stream[3] << 45) | (stream[3] >> 19);
    return (word >> 11) * 0x1p-53;
}

static inline State start(void) {
    State s;
    s.x = 0.1 * uniform() - 0.05;
    s.x_dot = 0.1 * uniform() - 0.05;
    s.theta = 0.1 * uniform() - 0.05;
    s.theta_dot = 0.1 * uniform() - 0.05;
    return s;
}

/* Random search: candidates screened by an episode each, the best scored on the selection episodes */

enum { CANDIDATES = 500, FINALISTS = 10, SEARCH_SELECTION = 100 };

/* Train a number of runs; print their useful environment steps and the seconds they took. */
static void measure(long (*train)(void), int runs) {
    struct timespec begin, end;
    long steps = 0;
    clock_gettime(CLOCK_MONOTONIC, &begin);
    for (int run = 0; run < runs; run++) {
        seed(run);
        steps += train();
    }
    clock_gettime(CLOCK_MONOTONIC, &end);
    printf("%ld %.9f\n", steps, end.tv_sec - begin.tv_sec + 1e-9 * (end.tv_nsec - begin.tv_nsec));
}
