package io.gpuinfer.component;

import io.gpuinfer.tasks.TaskType;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Short texts that stand for models however many ways there are to use one. A model that is loaded
 * again has the id that it had.
 */
final class ModelIds {

  /** URIs can be made from what messages bring, so there may be no end of models. */
  private static final int REMEMBERED = 1000;

  /** What was asked for last comes last, so that of models in use none is forgotten. */
  private final Map<ModelKey, String> ids =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<ModelKey, String> eldest) {
          return size() > REMEMBERED;
        }
      };

  synchronized String of(ModelKey key) {
    String known = ids.get(key);
    if (known != null) {
      return known;
    }
    String name = key.model() + "@" + key.device();
    if (key.task() != TaskType.AUTO) {
      name += ":" + key.task().name().toLowerCase(Locale.ROOT);
    }
    String id = name;
    for (int next = 2; ids.containsValue(id); next++) {
      id = name + "#" + next;
    }
    ids.put(key, id);
    return id;
  }
}
