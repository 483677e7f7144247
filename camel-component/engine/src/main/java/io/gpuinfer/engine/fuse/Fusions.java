package io.gpuinfer.engine.fuse;

import io.gpuinfer.engine.program.DeadCode;
import io.gpuinfer.engine.program.Program;

/** All fusions in the order in which they see the program. */
public final class Fusions {

  private Fusions() {}

  /** A program that computes the same in fewer actions. */
  public static Program apply(Program program) {
    Program fused = LayerNormFusion.apply(program);
    fused = AttentionFusion.apply(fused);
    fused = ImageFusion.apply(fused);
    fused = ElementwiseFusion.apply(fused);
    fused = EpilogueFusion.apply(fused);
    return DeadCode.remove(fused);
  }
}
