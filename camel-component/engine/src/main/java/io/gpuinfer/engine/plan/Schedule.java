package io.gpuinfer.engine.plan;

import io.gpuinfer.engine.program.Action;
import io.gpuinfer.engine.program.Op;
import io.gpuinfer.engine.program.Program;
import io.gpuinfer.engine.program.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Ops that run in one pass, as none of them needs another's result: passes cost tens of
 * microseconds each, and small ops side by side fill a device better than one after another.
 *
 * @param steps the ops of each pass, in order; an op that needs two passes has a step of its own.
 *     Aliases, and copies that others have done, are in no step
 */
record Schedule(List<List<Op>> steps) {

  private static final int MAX_OPS = 16;

  static Schedule of(Program program, Placements placements) {
    Map<Value, Value> roots = new IdentityHashMap<>();
    List<List<Op>> steps = new ArrayList<>();
    Set<Value> made = Collections.newSetFromMap(new IdentityHashMap<>());
    boolean closed = true;
    for (Op op : program.ops()) {
      if (op.action() instanceof Action.Alias) {
        roots.put(op.output(), roots.getOrDefault(op.input(0), op.input(0)));
        continue;
      }
      if (placements.isDone(op)) {
        continue;
      }
      boolean alone =
          op.action() instanceof Action.Scatter
              || (op.action() instanceof Action.Move move && move.fill() != null);
      boolean depends =
          op.inputs().stream().anyMatch(input -> made.contains(roots.getOrDefault(input, input)));
      if (closed || alone || depends || steps.get(steps.size() - 1).size() == MAX_OPS) {
        steps.add(new ArrayList<>());
        made.clear();
      }
      steps.get(steps.size() - 1).add(op);
      made.add(placements.written(op));
      closed = alone;
    }
    return new Schedule(steps);
  }
}
