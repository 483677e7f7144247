// Many passes in one launch, class simd. Waking a driver's threads costs tens of microseconds for each
// launch; meeting between passes costs one. Every compute unit has one group, a worker, and all of them
// have to run at the same time. A driver that does not do that is noticed: a worker that has waited for
// long stops the call, and the host goes on with a launch for each pass.

// Words of control, each on a cache line of its own: how many workers arrived, over all passes; whether
// one stopped waiting; then, for every worker, how many of its parts are taken. Two sets of those take
// turns, and the last to arrive after a pass clears its set.
#define ARRIVED 32
#define STOPPED 48
#define TAKEN 64
#define LINE 16

#if defined(__has_builtin) && __has_builtin(__builtin_ia32_pause)
#define PAUSE __builtin_ia32_pause()
#define PATIENCE (1 << 24)
#else
#define PAUSE
#define PATIENCE (1 << 29)
#endif

// The next part of a pass for this worker: its own as long as there are any, for what they read is in
// its core's cache, and then those that others have left. Starts with *from = 0; answers -1 at the end.
static int take_part(volatile __global int* taken, int worker, int workers, int parts, int* from) {
  int each = parts / workers;
  for (; *from < workers; (*from)++) {
    int owner = worker + *from;
    owner = owner < workers ? owner : owner - workers;
    volatile __global int* count = taken + owner * LINE;
    if (*count < each) {
      int mine = atomic_inc(count);
      if (mine < each) return owner * each + mine;
    }
  }
  return -1;
}

// Waits until all workers have done so many passes. Answers whether the call goes on.
static int meet(volatile __global int* control_words, int pass, int workers) {
  int everyone = (pass + 1) * workers;
  mem_fence(CLK_GLOBAL_MEM_FENCE);
  if (atomic_inc(control_words + ARRIVED) + 1 == everyone) {
    volatile __global int* taken = control_words + TAKEN + (pass & 1) * workers * LINE;
    for (int i = 0; i < workers; i++) taken[i * LINE] = 0;
  } else {
    for (int i = 0; control_words[ARRIVED] < everyone; i++) {
      if (i == PATIENCE) atomic_inc(control_words + STOPPED);
      if (control_words[STOPPED]) return 0;
      PAUSE;
    }
  }
  mem_fence(CLK_GLOBAL_MEM_FENCE);
  return 1;
}

__kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void run(BUFFERS, int pass) {
  int worker = get_group_id(0), workers = get_num_groups(0), parts = control[PARTS];
  int resident = control[RESIDENT_PASSES], last_pass = control[LAST_PASS];
  if (worker == 0 && pass == 0 && control[IS_FIRST_CALL]) ((__global int*)arena)[CANARY] = control[RUN];
  for (int p = pass; p < pass + max(1, resident); p++) {
    int start = table[control[FIRST_PASS] + p];
    volatile __global int* taken = control + TAKEN + (p & 1) * workers * LINE;
    int from = 0;
    int part = resident ? take_part(taken, worker, workers, parts, &from) : worker;
    while (part >= 0) {
      do_part(CONTEXT_IS, start);
      part = resident ? take_part(taken, worker, workers, parts, &from) : -1;
    }
    if (worker == 0 && p == last_pass) {
      ((__global int*)out)[0] = ((__global int*)arena)[CANARY];
      ((__global int*)out)[1] = ((__global int*)arena)[FAULT];
    }
    if (p + 1 < resident && !meet(control, p, workers)) return;
  }
}
