package io.gpuinfer.engine.fuse;

import io.gpuinfer.engine.DeviceClass;
import io.gpuinfer.engine.program.DeadCode;
import io.gpuinfer.engine.program.Program;

/** All fusions in the order in which they see the program. */
public final class Fusions {

  private Fusions() {}

  /**
   * @param kernels the class of devices; some kernels exist for one alone
   */
  public static Program apply(Program program, DeviceClass kernels) {
    Program fused = LayerNormFusion.apply(program);
    if (kernels == DeviceClass.SIMD) {
      fused = AttentionFusion.apply(fused);
    }
    fused = ElementwiseFusion.apply(fused);
    fused = EpilogueFusion.apply(fused);
    return DeadCode.remove(fused);
  }
}
