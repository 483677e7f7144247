package io.gpuinfer.component;

import io.gpuinfer.serving.ServerListener;
import java.util.List;
import org.apache.camel.spi.Registry;

/** Beans of the application that are {@link ServerListener}s hear all servers of all models. */
final class RegisteredListeners implements ModelObserver {

  private final Registry registry;

  RegisteredListeners(Registry registry) {
    this.registry = registry;
  }

  @Override
  public ServerListener listener(ModelKey key) {
    return new SharedListener(List.copyOf(registry.findByType(ServerListener.class)));
  }
}
