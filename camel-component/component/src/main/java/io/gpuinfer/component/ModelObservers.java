package io.gpuinfer.component;

import io.gpuinfer.serving.ModelServer;
import io.gpuinfer.serving.ServerListener;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All observers of a component, as one. They may come and go while models are loaded. */
final class ModelObservers implements ModelObserver {

  private static final Logger LOG = LoggerFactory.getLogger(ModelObservers.class);

  private final List<ModelObserver> all = new CopyOnWriteArrayList<>();

  void add(ModelObserver observer) {
    all.add(observer);
  }

  void remove(ModelObserver observer) {
    all.remove(observer);
  }

  @Override
  public ServerListener listener(ModelKey key) {
    return new SharedListener(all.stream().map(observer -> observer.listener(key)).toList());
  }

  @Override
  public void loaded(ModelKey key, String version, List<ModelServer> servers) {
    tell(observer -> observer.loaded(key, version, servers));
  }

  @Override
  public void unloaded(ModelKey key, String version, List<ModelServer> servers) {
    tell(observer -> observer.unloaded(key, version, servers));
  }

  /** Models are served whatever an observer does. */
  private void tell(Consumer<ModelObserver> event) {
    for (ModelObserver observer : all) {
      try {
        event.accept(observer);
      } catch (RuntimeException e) {
        LOG.warn("{} failed", observer, e);
      }
    }
  }
}
