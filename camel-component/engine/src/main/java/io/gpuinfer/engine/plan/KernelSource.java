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

  /** Local memory that kernels of class {@code simt} get. */
  private static final String LOCALS = ", __local Stage* stage, __local float* shared";

  private KernelSource() {}

  /**
   * @param opcodes the kernels that the program's switch has; the compiler drops the rest
   * @param sharded whether the weights are more than one buffer
   */
  public static String of(
      DeviceClass kernels, Set<Opcode> opcodes, Functions functions, boolean sharded) {
    boolean simd = kernels == DeviceClass.SIMD;
    StringBuilder source = new StringBuilder();
    source.append(sharded ? "#define SHARDED\n" : "");
    source.append(file(simd ? "simd-types.cl" : "simt-types.cl")).append(file("common.cl"));
    source.append(functions.epilogueSource());
    source.append(file("movement.cl")).append(file("windows.cl"));
    source.append(file("indices.cl"));
    source.append(file(simd ? "simd-depthwise.cl" : "simt-depthwise.cl"));
    boolean attends = opcodes.contains(Opcode.ATTENTION);
    if (attends) { // it takes half of a group's local memory, and others do well with more groups
      source.append("#define HAS_ATTENTION\n");
    }
    source.append(file(simd ? "simd-matrix.cl" : "simt-matrix.cl"));
    source.append(file(simd ? "simd-rows.cl" : "simt-rows.cl"));
    if (attends) {
      source.append(file(simd ? "simd-attention.cl" : "simt-attention.cl"));
    }
    if (simd) {
      source.append(file("simd-integer.cl")).append(file("simd-winograd.cl"));
    }
    if (opcodes.contains(Opcode.RESAMPLE_IMAGE)) {
      source.append(file("image.cl")).append(file(simd ? "simd-image.cl" : "simt-image.cl"));
    }
    source.append(functions.elementwiseSource()).append(file("elementwise.cl"));
    return source.append(run(simd, opcodes)).toString();
  }

  private static String run(boolean simd, Set<Opcode> opcodes) {
    StringBuilder source = new StringBuilder();
    source.append("static void do_part(CONTEXT, int start%s) {\n".formatted(simd ? "" : LOCALS));
    source.append(
        """
          while (start) {
            __global const int* r = table + start;
            switch (r[0]) {
        """);
    for (Opcode opcode : opcodes) {
      source.append(
          "    case %d: %s(CONTEXT_IS, r%s); break;\n"
              .formatted(opcode.ordinal(), opcode.function(), simd ? "" : local(opcode)));
    }
    source.append("    }\n    start = r[1];\n  }\n}\n\n");
    return source.append(file(simd ? "simd-run.cl" : "simt-run.cl")).toString();
  }

  private static String local(Opcode opcode) {
    return switch (opcode) {
      case CONV, CONV_FLOAT16, CONV_BFLOAT16, MATMUL, ATTENTION -> ", stage";
      case SOFTMAX, LAYER_NORM, REDUCE -> ", shared";
      default -> "";
    };
  }

  /** One of the kernel files. */
  public static String file(String name) {
    try (InputStream stream = KernelSource.class.getResourceAsStream(FOLDER + name)) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
