/* The limit of the search, with episodes side by side: each lane of a block plays one, and gets the
 * next as it ends, so that a loop over the lanes is SIMD code. lanes RUNS prints the useful
 * environment steps and the seconds they took.
 *
 * The same draws as in limit.c. Sine and cosine are the polynomials of stages/rl/elementary.py, as a
 * call of the C library would keep the loop scalar; division by a constant is multiplication. The
 * last bits may differ from stages/rl: this is how fast it could be without that promise. */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common.h"

#ifdef __AVX512F__
#pragma GCC target("prefer-vector-width=512") /* gcc itself would take half the register */
#endif

enum { LANES = 32, EPISODES = FINALISTS * SEARCH_SELECTION };

typedef double Lanes[LANES];

static Lanes x, x_dot, theta, theta_dot, w_x, w_x_dot, w_theta, w_theta_dot;
static int64_t steps[LANES], ended[LANES];
static int episode[LANES];

/* Step all lanes once; return whether an episode ended. */
static int64_t step_block(void) {
    int64_t ends = 0;
    for (int i = 0; i < LANES; i++) {
        double score = w_x[i] * (float)x[i] + w_x_dot[i] * (float)x_dot[i]
            + w_theta[i] * (float)theta[i] + w_theta_dot[i] * (float)theta_dot[i];
        double force = score >= 0.0 ? 10.0 : -10.0;
        double z = theta[i] * theta[i];
        double sine = theta[i] + theta[i] * z * (-1.66666666666666324348e-01
            + z * (8.33333333332248946124e-03 + z * (-1.98412698298579493134e-04
            + z * (2.75573137070700676789e-06 + z * (-2.50507602534068634195e-08
            + z * 1.58969099521155010221e-10)))));
        double cosine = 1.0 - 0.5 * z + z * z * (4.16666666666666019037e-02
            + z * (-1.38888888888741095749e-03 + z * (2.48015872894767294178e-05
            + z * (-2.75573143513906633035e-07 + z * (2.08757232129817482790e-09
            + z * -1.13596475577881948265e-11)))));
        double push = (force + 0.05 * theta_dot[i] * theta_dot[i] * sine) * (1.0 / 1.1);
        double turn = (9.8 * sine - cosine * push)
            / (0.5 * (4.0 / 3.0 - 0.1 / 1.1 * cosine * cosine));
        double slide = push - 0.05 / 1.1 * turn * cosine;
        x[i] += 0.02 * x_dot[i];
        x_dot[i] += 0.02 * slide;
        theta[i] += 0.02 * theta_dot[i];
        theta_dot[i] += 0.02 * turn;
        steps[i]++;
        ended[i] = (fabs(x[i]) > 2.4) | (fabs(theta[i]) > 0.20943951023931953) | (steps[i] >= LIMIT);
        ends |= ended[i];
    }
    return ends;
}

/* Play an episode with each of the weights from each of the states, into their returns. */
static void play(int count, const double (*weights)[4], const State *starts, int *returns) {
    int begun = 0, to_end = count;
    for (int i = 0; i < LANES; i++) {
        ended[i] = 1;
        episode[i] = -1;
    }
    for (;;) {
        for (int i = 0; i < LANES; i++) {
            if (!ended[i]) continue;
            if (episode[i] >= 0) {
                returns[episode[i]] = steps[i];
                to_end--;
            }
            if (begun < count) {
                State s = starts[begun];
                const double *w = weights[begun];
                x[i] = s.x, x_dot[i] = s.x_dot, theta[i] = s.theta, theta_dot[i] = s.theta_dot;
                w_x[i] = w[0], w_x_dot[i] = w[1], w_theta[i] = w[2], w_theta_dot[i] = w[3];
                episode[i] = begun++;
                steps[i] = 0;
            } else { /* an idle lane never ends: no comparison holds for a NaN */
                x[i] = x_dot[i] = theta[i] = theta_dot[i] = NAN;
                episode[i] = -1;
                steps[i] = INT64_MIN / 2;
            }
        }
        if (to_end == 0) return;
        while (!step_block()) {}
    }
}

static long search(void) {
    static double weights[CANDIDATES][4], finalists[EPISODES][4];
    static State starts[CANDIDATES], selection[EPISODES];
    static int returns[CANDIDATES], scores[EPISODES];
    long total = 0;
    for (int c = 0; c < CANDIDATES; c++) {
        for (int i = 0; i < 4; i++) weights[c][i] = 2.0 * uniform() - 1.0;
        starts[c] = start();
    }
    play(CANDIDATES, weights, starts, returns);
    for (int c = 0; c < CANDIDATES; c++) total += returns[c];
    for (int e = 0; e < SEARCH_SELECTION; e++) selection[e] = start();
    for (int k = 0; k < FINALISTS; k++) {
        int best = 0;
        for (int c = 1; c < CANDIDATES; c++) if (returns[c] > returns[best]) best = c;
        returns[best] = 0;
        for (int e = 0; e < SEARCH_SELECTION; e++) {
            int at = k * SEARCH_SELECTION + e;
            memcpy(finalists[at], weights[best], sizeof weights[best]);
            selection[at] = selection[e];
        }
    }
    play(EPISODES, finalists, selection, scores);
    for (int e = 0; e < EPISODES; e++) total += scores[e];
    return total;
}

int main(int count, char **arguments) {
    if (count != 2) {
        fprintf(stderr, "usage: lanes RUNS\n");
        return 1;
    }
    measure(search, atoi(arguments[1]));
    return 0;
}
