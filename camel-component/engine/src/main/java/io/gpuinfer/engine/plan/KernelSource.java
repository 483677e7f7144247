package io.gpuinfer.engine.plan;

import io.gpuinfer.engine.DeviceClass;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * Puts the OpenCL program of a model together: the families of its class, and what was made for it.
 */
public final class KernelSource {

  private static final String FOLDER = "/io/gpuinfer/engine/kernels/";

  private KernelSource() {}

  /**
   * @param opcodes the kernels that the program's switch has; the compiler drops the rest
   */
  public static String of(DeviceClass kernels, Set<Opcode> opcodes, Functions functions) {
    boolean simd = kernels == DeviceClass.SIMD;
    StringBuilder source = new StringBuilder();
    source.append(file(simd ? "simd-types.cl" : "simt-types.cl")).append(file("common.cl"));
    source.append(functions.epilogueSource());
    source.append(file("movement.cl")).append(file("windows.cl"));
    source.append(file(simd ? "simd-depthwise.cl" : "simt-depthwise.cl"));
    source.append(file(simd ? "simd-matrix.cl" : "simt-matrix.cl"));
    source.append(file(simd ? "simd-rows.cl" : "simt-rows.cl"));
    if (simd) {
      source.append(file("simd-attention.cl"));
    }
    source.append(functions.elementwiseSource()).append(file("elementwise.cl"));
    return source.append(run(simd, opcodes)).toString();
  }

  private static String run(boolean simd, Set<Opcode> opcodes) {
    StringBuilder source = new StringBuilder();
    source.append(
        "__kernel __attribute__((reqd_work_group_size(%d, 1, 1)))\n".formatted(simd ? 1 : 256));
    source.append("void run(BUFFERS, int pass) {\n");
    if (!simd) {
      source.append("  __local Stage stage;\n  __local float shared[256];\n");
    }
    source.append(
        """
          int first = get_global_id(0) == 0;
          if (first && pass == 0 && control[2]) ((__global int*)arena)[CANARY] = control[1];
          int start = table[control[0] + pass];
          while (start) {
            __global const int* r = table + start;
            switch (r[0]) {
        """);
    for (Opcode opcode : opcodes) {
      source.append(
          "    case %d: %s(BUFFERS_ARE, r%s); break;\n"
              .formatted(opcode.ordinal(), opcode.function(), simd ? "" : local(opcode)));
    }
    return source
        .append(
            """
                }
                start = r[1];
              }
              if (first && pass == control[3]) {
                ((__global int*)out)[0] = ((__global int*)arena)[CANARY];
                ((__global int*)out)[1] = ((__global int*)arena)[FAULT];
              }
            }
            """)
        .toString();
  }

  private static String local(Opcode opcode) {
    return switch (opcode) {
      case CONV, MATMUL -> ", &stage";
      case SOFTMAX, LAYER_NORM, REDUCE -> ", shared";
      default -> "";
    };
  }

  private static String file(String name) {
    try (InputStream stream = KernelSource.class.getResourceAsStream(FOLDER + name)) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
