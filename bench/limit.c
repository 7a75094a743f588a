/* The limit: the work of the agents' kernels as straightforward scalar C, with the C library's sine
 * and exponential. limit AGENT RUNS prints the useful environment steps and the seconds they took.
 *
 * The last bits of sine and exponential differ from those of stages/rl, so the episodes are alike in
 * kind and not one by one. */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common.h"

static inline int step(State *s, int action) { /* returns whether the episode terminated */
    double force = action ? 10.0 : -10.0;
    double sine = sin(s->theta), cosine = cos(s->theta);
    double push = (force + 0.05 * s->theta_dot * s->theta_dot * sine) / 1.1;
    double turn = (9.8 * sine - cosine * push) / (0.5 * (4.0 / 3.0 - 0.1 * cosine * cosine / 1.1));
    double slide = push - 0.05 * turn * cosine / 1.1;
    s->x += 0.02 * s->x_dot;
    s->x_dot += 0.02 * slide;
    s->theta += 0.02 * s->theta_dot;
    s->theta_dot += 0.02 * turn;
    return fabs(s->x) > 2.4 || fabs(s->theta) > 0.20943951023931953;
}

/* Random search */

static int play_linear(const double *w, State s) {
    for (int t = 0; t < LIMIT; t++) {
        double score = w[0] * (float)s.x + w[1] * (float)s.x_dot + w[2] * (float)s.theta
            + w[3] * (float)s.theta_dot;
        if (step(&s, score >= 0.0)) return t + 1;
    }
    return LIMIT;
}

static long search(void) {
    static double weights[CANDIDATES][4];
    static int returns[CANDIDATES], taken[CANDIDATES];
    State starts[SEARCH_SELECTION];
    long steps = 0;
    for (int c = 0; c < CANDIDATES; c++) {
        for (int i = 0; i < 4; i++) weights[c][i] = 2.0 * uniform() - 1.0;
        returns[c] = play_linear(weights[c], start());
        steps += returns[c];
        taken[c] = 0;
    }
    for (int e = 0; e < SEARCH_SELECTION; e++) starts[e] = start();
    for (int k = 0; k < FINALISTS; k++) {
        int best = -1;
        for (int c = 0; c < CANDIDATES; c++)
            if (!taken[c] && (best < 0 || returns[c] > returns[best])) best = c;
        taken[best] = 1;
        for (int e = 0; e < SEARCH_SELECTION; e++) steps += play_linear(weights[best], starts[e]);
    }
    return steps;
}

/* Q-learning */

enum { Q_EPISODES = 600, Q_EVERY = 50, SELECTION = 20, TILES = 18 };

static inline int interval(double value, double low, double high, int bins) {
    double seen = fmin(fmax((float)value, low), high);
    int number = (int)((seen - low) * (bins / (high - low)));
    return number < bins - 1 ? number : bins - 1;
}

static inline int tile_of(const State *s) { /* position and velocity of the cart are not cut */
    return interval(s->theta, -0.21, 0.21, 6) * 3 + interval(s->theta_dot, -2.0, 2.0, 3);
}

static long q_learning(void) {
    double table[TILES][2], chosen[TILES][2];
    State starts[SELECTION];
    long steps = 0, chosen_score = 0;
    for (int c = 0; c < TILES; c++) table[c][0] = table[c][1] = 100.0;
    for (int e = 0; e < SELECTION; e++) starts[e] = start();
    for (int episode = 0; episode < Q_EPISODES; episode++) {
        double progress = (double)episode / Q_EPISODES;
        double alpha = 0.2 + (0.01 - 0.2) * progress;
        double epsilon = 1.0 - fmin(progress / 0.8, 1.0);
        State s = start();
        int tile = tile_of(&s), terminated = 0;
        for (int t = 0; t < LIMIT && !terminated; t++) {
            int action = uniform() < epsilon ? uniform() < 0.5 : table[tile][1] > table[tile][0];
            terminated = step(&s, action);
            int next = tile_of(&s);
            double target = 1.0;
            if (!terminated) target += 0.99 * fmax(table[next][0], table[next][1]);
            table[tile][action] += alpha * (target - table[tile][action]);
            tile = next;
            steps++;
        }
        if ((episode + 1) % Q_EVERY == 0) {
            long score = 0;
            for (int e = 0; e < SELECTION; e++) {
                State g = starts[e];
                int t = 0, fell = 0;
                while (t < LIMIT && !fell) {
                    int at = tile_of(&g);
                    fell = step(&g, table[at][1] > table[at][0]);
                    t++;
                }
                score += t;
            }
            steps += score;
            if (score >= chosen_score) {
                chosen_score = score;
                memcpy(chosen, table, sizeof table);
            }
        }
    }
    return steps;
}

/* Policy learning: REINFORCE with one hidden layer, and Adam */

enum { POLICY_EPISODES = 1200, BATCH = 4, POLICY_EVERY = 40, U = 16, A = 2 };
enum { P = 4 * U + U + A * U + A };

static double parameters[P], gradient[P], first[P], second[P], kept[P];
static double inputs[BATCH * LIMIT][4], hidden[BATCH * LIMIT][U];
static double errors[BATCH * LIMIT][A], advantages[BATCH * LIMIT];

static inline void forward(const State *s, int t, double *outputs) {
    const double *w = parameters, *b = w + 4 * U, *v = b + U;
    inputs[t][0] = (float)s->x;
    inputs[t][1] = (float)s->x_dot;
    inputs[t][2] = 5.0 * (float)s->theta;
    inputs[t][3] = (float)s->theta_dot;
    for (int j = 0; j < U; j++) {
        double y = b[j];
        for (int i = 0; i < 4; i++) y += inputs[t][i] * w[i * U + j];
        hidden[t][j] = y > 0.0 ? y : 0.0;
    }
    for (int a = 0; a < A; a++) {
        outputs[a] = v[A * U + a];
        for (int j = 0; j < U; j++) outputs[a] += v[a * U + j] * hidden[t][j];
    }
}

static inline int sample(const double *outputs, double *error) { /* by the softmax */
    double highest = outputs[0], total = 0.0;
    for (int a = 1; a < A; a++) highest = fmax(highest, outputs[a]);
    for (int a = 0; a < A; a++) total += error[a] = exp(outputs[a] - highest);
    double left = uniform() * total;
    int action = 0;
    while (action < A - 1 && left >= error[action]) left -= error[action++];
    for (int a = 0; a < A; a++) error[a] = (a == action) - error[a] / total;
    return action;
}

static void batch_gradient(int steps) {
    const double *v = parameters + 4 * U + U;
    double mean = 0.0, square = 0.0;
    for (int t = 0; t < steps; t++) mean += advantages[t];
    mean /= steps;
    for (int t = 0; t < steps; t++) square += (advantages[t] - mean) * (advantages[t] - mean);
    double deviation = sqrt(square / steps);
    memset(gradient, 0, sizeof gradient);
    for (int t = 0; t < steps; t++) {
        double advantage = deviation > 0.0 ? (advantages[t] - mean) / deviation : 0.0;
        double error[A], delta[U] = {0.0};
        for (int a = 0; a < A; a++) {
            error[a] = errors[t][a] * advantage / steps;
            gradient[P - A + a] += error[a];
            for (int j = 0; j < U; j++) {
                gradient[5 * U + a * U + j] += error[a] * hidden[t][j];
                delta[j] += error[a] * v[a * U + j];
            }
        }
        for (int j = 0; j < U; j++) {
            if (hidden[t][j] <= 0.0) delta[j] = 0.0;
            gradient[4 * U + j] += delta[j];
            for (int i = 0; i < 4; i++) gradient[i * U + j] += inputs[t][i] * delta[j];
        }
    }
}

static void adam(int update, double rate) {
    double unbias_first = 1.0 - pow(0.9, update), unbias_second = 1.0 - pow(0.999, update);
    for (int i = 0; i < P; i++) {
        first[i] = 0.9 * first[i] + 0.1 * gradient[i];
        second[i] = 0.999 * second[i] + 0.001 * gradient[i] * gradient[i];
        parameters[i] += rate * (first[i] / unbias_first) / (sqrt(second[i] / unbias_second) + 1e-8);
    }
}

static long policy(void) {
    State starts[SELECTION];
    long steps = 0, kept_score = 0;
    int rows = 0;
    memset(parameters, 0, sizeof parameters);
    memset(first, 0, sizeof first);
    memset(second, 0, sizeof second);
    for (int i = 0; i < 4 * U; i++) parameters[i] = sqrt(6.0 / 4) * (2.0 * uniform() - 1.0);
    for (int e = 0; e < SELECTION; e++) starts[e] = start();
    for (int episode = 0; episode < POLICY_EPISODES; episode++) {
        State s = start();
        int begin = rows, terminated = 0;
        while (!terminated && rows - begin < LIMIT) {
            double outputs[A];
            forward(&s, rows, outputs);
            terminated = step(&s, sample(outputs, errors[rows]));
            rows++;
        }
        double discounted = terminated ? 0.0 : 100.0;
        for (int t = rows - 1; t >= begin; t--)
            advantages[t] = discounted = 1.0 + 0.99 * discounted;
        steps += rows - begin;
        if ((episode + 1) % BATCH == 0) {
            batch_gradient(rows);
            adam((episode + 1) / BATCH, 0.02 * (1.0 - (episode + 1.0 - BATCH) / POLICY_EPISODES));
            rows = 0;
        }
        if ((episode + 1) % POLICY_EVERY == 0) {
            long score = 0;
            for (int e = 0; e < SELECTION; e++) {
                State g = starts[e];
                int t = 0, fell = 0;
                while (t < LIMIT && !fell) {
                    double outputs[A];
                    forward(&g, t, outputs);
                    fell = step(&g, outputs[1] > outputs[0]);
                    t++;
                }
                score += t;
            }
            steps += score;
            if (score >= kept_score) {
                kept_score = score;
                memcpy(kept, parameters, sizeof parameters);
            }
        }
    }
    return steps;
}

int main(int count, char **arguments) {
    struct { const char *name; long (*train)(void); } agents[] = {
        {"search", search}, {"q_learning", q_learning}, {"policy", policy},
    };
    for (int a = 0; count == 3 && a < 3; a++) {
        if (strcmp(arguments[1], agents[a].name)) continue;
        measure(agents[a].train, atoi(arguments[2]));
        return 0;
    }
    fprintf(stderr, "usage: limit search|q_learning|policy RUNS\n");
    return 1;
}
