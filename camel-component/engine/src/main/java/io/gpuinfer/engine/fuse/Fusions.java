package io.gpuinfer.engine.fuse;

import io.gpuinfer.engine.program.DeadCode;
import io.gpuinfer.engine.program.Program;

/** All fusions in the order in which they see the program. */
public final class Fusions {

  private Fusions() {}

  public static Program apply(Program program) {
    Program fused = LayerNormFusion.apply(program);
    fused = ElementwiseFusion.apply(fused);
    fused = EpilogueFusion.apply(fused);
    return DeadCode.remove(fused);
  }
}
