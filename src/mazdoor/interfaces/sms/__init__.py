"""SMS through a gateway: JSON over HTTP. :class:`~mazdoor.interfaces.sms.client.SmsClient` implements
``notices.ports.SmsGateway``."""
