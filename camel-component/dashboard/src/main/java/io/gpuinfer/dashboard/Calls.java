package io.gpuinfer.dashboard;

import io.gpuinfer.component.CallListener;
import io.gpuinfer.component.CallReport;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Hears of all requests to models where they end. */
final class Calls implements CallListener {

  private final Map<String, ModelCalls> models = new ConcurrentHashMap<>();
  private final ErrorLog errors;

  Calls(ErrorLog errors) {
    this.errors = errors;
  }

  @Override
  public void ended(CallReport call) {
    models.computeIfAbsent(call.model(), id -> new ModelCalls()).add(call);
    if (call.failure() != null) {
      errors.add(call.model(), call.failure());
    }
  }

  /** What has ended at a model since this was last asked for. */
  ModelCalls.Interval drain(String model) {
    ModelCalls calls = models.get(model);
    return calls == null ? ModelCalls.Interval.empty() : calls.drain();
  }

  /** Forgets all other models. */
  void keep(Set<String> loaded) {
    models.keySet().retainAll(loaded);
  }
}
