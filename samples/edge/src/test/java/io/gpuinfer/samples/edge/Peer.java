package io.gpuinfer.samples.edge;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;

/** What is on the other side of the broker: sends pictures, and keeps what comes back. */
final class Peer implements AutoCloseable, MqttCallback {

  /**
   * A message that came.
   *
   * @param topic the topic, without what all topics of the application begin with
   * @param id the correlation data, or null
   * @param text the payload
   * @param kept whether the broker had kept it from before
   */
  record Received(String topic, String id, String text, boolean kept) {}

  private final String url;
  private final String prefix;
  private final List<Received> received = new CopyOnWriteArrayList<>();
  private MqttClient client;

  /**
   * Connects.
   *
   * @param url of the broker
   * @param prefix what the topics of the application begin with
   */
  Peer(String url, String prefix) throws MqttException {
    this.url = url;
    this.prefix = prefix;
    connect();
  }

  /**
   * Connects anew, after the broker was away. What the broker has kept for this peer comes then.
   */
  void reconnect() throws MqttException {
    client.close(true);
    connect();
  }

  private void connect() throws MqttException {
    client = new MqttClient(url, prefix.replace('/', '-') + "-peer", new MemoryPersistence());
    client.setCallback(this);
    client.setTimeToWait(10_000);
    MqttConnectionOptions options = new MqttConnectionOptions();
    options.setConnectionTimeout(5);
    options.setCleanStart(false);
    options.setSessionExpiryInterval(3600L);
    client.connect(options);
    client.subscribe(prefix + "/#", 1);
  }

  /** Publishes a picture, and returns once the broker has it. */
  void send(String id, byte[] picture) throws MqttException {
    MqttMessage message = new MqttMessage(picture);
    message.setQos(1);
    MqttProperties properties = new MqttProperties();
    properties.setCorrelationData(id.getBytes(UTF_8));
    message.setProperties(properties);
    client.publish(prefix + "/pictures", message);
  }

  /** The first message that matches, once it is there. */
  Received await(Duration longest, Predicate<Received> wanted) {
    return Awaitility.await()
        .atMost(longest)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> received.stream().filter(wanted).findFirst(), found -> found.isPresent())
        .orElseThrow();
  }

  /** The answer or the refusal to a picture, once it is there. */
  Received awaitAnswer(Duration longest, String id) {
    return await(
        longest, message -> id.equals(message.id()) && !message.topic().equals("pictures"));
  }

  /** Waits until the application says that it is there. */
  void awaitOnline(Duration longest) {
    await(longest, message -> isStatus(message, "online") && !message.kept());
  }

  static boolean isStatus(Received message, String status) {
    return message.topic().equals("status") && message.text().equals(status);
  }

  @Override
  public void messageArrived(String topic, MqttMessage message) {
    byte[] id = message.getProperties().getCorrelationData();
    received.add(
        new Received(
            topic.substring(prefix.length() + 1),
            id == null ? null : new String(id, UTF_8),
            topic.endsWith("/pictures") ? "" : new String(message.getPayload(), UTF_8),
            message.isRetained()));
  }

  @Override
  public void close() throws MqttException {
    if (client.isConnected()) {
      client.disconnect();
    }
    client.close(true);
  }

  @Override
  public void disconnected(MqttDisconnectResponse response) {}

  @Override
  public void mqttErrorOccurred(MqttException exception) {}

  @Override
  public void deliveryComplete(IMqttToken token) {}

  @Override
  public void connectComplete(boolean reconnect, String server) {}

  @Override
  public void authPacketArrived(int reason, MqttProperties properties) {}
}
