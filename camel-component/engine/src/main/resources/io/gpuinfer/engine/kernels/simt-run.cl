// The entry of class simt: a launch for each pass, and a part for each group.

__kernel __attribute__((reqd_work_group_size(256, 1, 1)))
void run(BUFFERS, int pass) {
  __local Stage stage;
  __local float shared[256];
  int part = get_group_id(0), parts = get_num_groups(0);
  int first = get_global_id(0) == 0;
  if (first && pass == 0 && control[IS_FIRST_CALL]) ((__global int*)arena)[CANARY] = control[RUN];
  do_part(CONTEXT_IS, table[control[FIRST_PASS] + pass], &stage, shared);
  if (first && pass == control[LAST_PASS]) {
    ((__global int*)out)[0] = ((__global int*)arena)[CANARY];
    ((__global int*)out)[1] = ((__global int*)arena)[FAULT];
  }
}
