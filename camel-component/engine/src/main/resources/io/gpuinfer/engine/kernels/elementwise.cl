// Element-wise ops. The functions that call_rows chooses from are made for the model.

#define MAX_OPERANDS 16

// ELEMENTWISE: 2 function, 3 to, 4 outer dims (5, outermost first), 9 columns, 10 operands in memory,
//   11 for each of them: reference, inner stride (0 or 1), outer strides (5); then constants
static void elementwise(CONTEXT, __global const int* r) {
  int d1 = r[5], d2 = r[6], d3 = r[7], d4 = r[8], cols = r[9], operands = r[10];
  int rows = r[4] * d1 * d2 * d3 * d4;
  __global const int* constants = r + 11 + 7 * operands;
  __global float* to = AT(r[3]);
  __global const float* base[MAX_OPERANDS];
  __global const float* p[MAX_OPERANDS];
  int inner[MAX_OPERANDS];
  for (int k = 0; k < operands; k++) {
    base[k] = AT(r[11 + 7 * k]);
    inner[k] = r[12 + 7 * k];
  }
  SPANS(rows, cols)
    int i[5], rest = row;
    i[4] = rest % d4; rest /= d4;
    i[3] = rest % d3; rest /= d3;
    i[2] = rest % d2; rest /= d2;
    i[1] = rest % d1; rest /= d1;
    i[0] = rest;
    for (int k = 0; k < operands; k++) {
      __global const int* s = r + 13 + 7 * k;
      p[k] = base[k] + i[0] * s[0] + i[1] * s[1] + i[2] * s[2] + i[3] * s[3] + i[4] * s[4] + col * inner[k];
    }
    call_rows(r[2], to + (long)row * cols + col, p, inner, constants, span);
  SPANS_END
}
