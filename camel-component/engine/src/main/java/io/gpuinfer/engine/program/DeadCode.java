package io.gpuinfer.engine.program;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/** Drops actions whose results nobody reads. */
public final class DeadCode {

  private DeadCode() {}

  public static Program remove(Program program) {
    Set<Value> needed = Collections.newSetFromMap(new IdentityHashMap<>());
    needed.addAll(program.outputs());
    List<Op> kept = new ArrayList<>();
    for (int i = program.ops().size() - 1; i >= 0; i--) {
      Op op = program.ops().get(i);
      if (needed.contains(op.output())) {
        kept.add(op);
        needed.addAll(op.inputs());
      }
    }
    Collections.reverse(kept);
    return program.withOps(kept);
  }
}
