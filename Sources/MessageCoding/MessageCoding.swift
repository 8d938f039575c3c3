// MessageCoding
