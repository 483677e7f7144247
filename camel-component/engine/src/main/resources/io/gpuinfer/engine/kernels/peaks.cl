// What a device can do at most: multiply-adds that need no memory, and copying that needs nothing else.
// Compiled with LANES 16 for class simd and 1 for simt.
// mode: 0 what to do (0 six chains of multiply-adds, 1 twelve, 2 copying), 1 rounds or vectors.
#if LANES == 16
typedef float16 V;
typedef float16 __attribute__((aligned(4))) unaligned_float16;
#define AT(p, i) ((__global unaligned_float16*)(p))[i]
#define PUT(p, i, v) ((__global unaligned_float16*)(p))[i] = (v)
#else
typedef float V;
#define AT(p, i) (p)[i]
#define PUT(p, i, v) (p)[i] = (v)
#endif

// A multiply-add waits for the one before it in its chain: too few chains leave units idle, too many
// do not fit into registers.
#define SIX(X) X(0) X(1) X(2) X(3) X(4) X(5)
#define TWELVE(X) SIX(X) X(6) X(7) X(8) X(9) X(10) X(11)
#define OPEN(k) V c##k = x + (float)(k);
#define STEP(k) c##k = fma(c##k, x, y);
#define SUM(k) + c##k
#define CHAINS(ALL)                               \
  {                                               \
    ALL(OPEN)                                     \
    for (int i = 0; i < mode[1]; i++) { ALL(STEP) } \
    result = x ALL(SUM);                          \
  }

__kernel void run(__global float* data, __global int* mode, int pass) {
  int id = get_global_id(0), items = get_global_size(0);
  if (mode[0] == 2) {
    int half_of_it = mode[1] / 2;
    for (int i = id; i < half_of_it; i += items) PUT(data, i + half_of_it, AT(data, i));
    return;
  }
  V x = AT(data, id), y = AT(data, id + items), result;
  if (mode[0] == 0) CHAINS(SIX) else CHAINS(TWELVE)
  PUT(data, id, result);
}
