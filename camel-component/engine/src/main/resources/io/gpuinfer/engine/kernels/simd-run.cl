// Many passes in one launch, class simd. Waking a driver's threads costs tens of microseconds for each
// launch; going on to the next pass costs one. Every compute unit has one group, a worker. Workers need
// not run at the same time: one that has not begun yet is not waited for, the others take its parts, and
// it finds what is left when it comes. What is waited for is a part that another has begun.

// Words of control, each on a cache line of its own: how many parts are done, over all passes; then, for
// every worker, which pass its parts were last taken in and how many of them (pass << 16 | count).
#define DONE 32
#define TAKEN 48
#define LINE 16

#if defined(__has_builtin) && __has_builtin(__builtin_ia32_pause)
#define PAUSE __builtin_ia32_pause()
#else
#define PAUSE
#endif

// The next part of a pass for this worker: its own as long as there are any, for what they read is in
// its core's cache, and then those that others have left. Starts with *from = 0; answers -1 at the end.
static int take_part(volatile __global int* words, int pass, int worker, int workers, int parts, int* from) {
  int each = parts / workers;
  while (*from < workers) {
    int owner = worker + *from;
    owner = owner < workers ? owner : owner - workers;
    volatile __global int* taken = words + TAKEN + owner * LINE;
    int seen = *taken;
    int count = seen >> 16 < pass ? 0 : seen >> 16 > pass ? each : seen & 0xffff;
    if (count >= each) {
      (*from)++;
    } else if (atomic_cmpxchg(taken, seen, pass << 16 | (count + 1)) == seen) {
      return owner * each + count;
    }
  }
  return -1;
}

__kernel __attribute__((reqd_work_group_size(1, 1, 1)))
void run(BUFFERS, int pass) {
  int worker = get_group_id(0), workers = get_num_groups(0), parts = control[PARTS];
  int resident = control[RESIDENT_PASSES], last_pass = control[LAST_PASS];
  if (worker == 0 && pass == 0 && control[IS_FIRST_CALL]) ((__global int*)arena)[CANARY] = control[RUN];
  for (int p = pass; p < pass + max(1, resident); p++) {
    int start = table[control[FIRST_PASS] + p];
    int from = 0, part = resident ? take_part(control, p, worker, workers, parts, &from) : worker;
    while (part >= 0) {
      do_part(CONTEXT_IS, start);
      if (!resident) break;
      mem_fence(CLK_GLOBAL_MEM_FENCE);
      atomic_inc(control + DONE);
      part = take_part(control, p, worker, workers, parts, &from);
    }
    if (worker == 0 && p == last_pass) {
      ((__global int*)out)[0] = ((__global int*)arena)[CANARY];
      ((__global int*)out)[1] = ((__global int*)arena)[FAULT];
    }
    if (p + 1 < resident) {
      while (((volatile __global int*)control)[DONE] < (p + 1) * parts) PAUSE;
      mem_fence(CLK_GLOBAL_MEM_FENCE);
    }
  }
}
